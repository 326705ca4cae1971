import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publishOwnServers, readOwnServersFolder, readPaths } from './environment.js';
import { eventually } from './eventually.js';
import { makeRunFolder } from './run-folder.js';

const run = promisify(execFile);
const command = [join(import.meta.dirname, '../../../tools/run.mjs'), 'tools/servers/main.js'];

export type OwnServer = 'kafka' | 'redis' | 'opensearch' | 's3' | 'dynamodb';

interface Note {
  readonly pid?: number;
  readonly program?: string;
}

/** Real servers of one test run, which it may kill and freeze. The next run stops those of a killed run. */
export class OwnServers {
  private constructor(private readonly folder: string) {}

  /**
   * Starts servers in a temporary folder and points the tests at them. A failed start is retried once on other ports.
   */
  static async start(names: readonly OwnServer[]): Promise<OwnServers> {
    return OwnServers.startOnce(names).catch((error: unknown) => {
      process.stderr.write(`The servers did not start and are started once more: ${String(error)}\n`);
      return OwnServers.startOnce(names);
    });
  }

  private static async startOnce(names: readonly OwnServer[]): Promise<OwnServers> {
    const servers = new OwnServers(
      await makeRunFolder('mesh-servers', (abandoned) => new OwnServers(abandoned).remove()),
    );
    try {
      await servers.command('start', names);
      publishOwnServers(
        servers.folder,
        JSON.parse(await readFile(join(servers.folder, 'environment.json'), 'utf8')) as Record<string, string>,
      );
      return servers;
    } catch (error) {
      await servers.remove();
      throw error;
    }
  }

  static find(): OwnServers {
    return new OwnServers(readOwnServersFolder());
  }

  /** SIGKILL; waits until the process has ended. */
  async kill(name: OwnServer): Promise<void> {
    const pid = await this.signal(name, 'SIGKILL');
    await eventually(
      () => isAlive(pid),
      (alive) => !alive,
      `${name} has gone`,
    );
  }

  /** Starts it on the same data and port, and waits until it answers. */
  restart(name: OwnServer): Promise<void> {
    return this.command('start', [name]);
  }

  /** SIGSTOP: the process keeps its connections and does not answer. */
  async freeze(name: OwnServer): Promise<void> {
    await this.signal(name, 'SIGSTOP');
  }

  async continue(name: OwnServer): Promise<void> {
    await this.signal(name, 'SIGCONT');
  }

  /** Stops all and deletes their data. */
  async remove(): Promise<void> {
    await this.command('stop', []);
    await rm(this.folder, { recursive: true, force: true });
  }

  private async command(what: 'start' | 'stop', names: readonly OwnServer[]): Promise<void> {
    await run(process.execPath, [...command, what, ...names], {
      env: { ...readPaths(), MESH_SERVERS_FOLDER: this.folder },
    });
  }

  private async signal(name: OwnServer, signal: NodeJS.Signals): Promise<number> {
    const notes = JSON.parse(await readFile(join(this.folder, 'servers.json'), 'utf8')) as Partial<
      Record<OwnServer, Note>
    >;
    const { pid, program = name } = notes[name] ?? {};
    // The process id may belong to another program by now.
    if (!pid || !(await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(program))
      throw new Error(`${name} does not run`);
    process.kill(pid, signal);
    return pid;
  }
}

/** A zombie holds no ports or files, so it does not count. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/^\S+ \(.*\) Z/.test(stat);
}

import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppName, appNames, screamingName } from '@mediamesh/contracts';
import { askDatabase, eventually, freePorts } from '@mediamesh/testing';
import type { MeshAddress, MeshHost } from './mesh-host.js';
import { ended, spawnProgram } from './processes.js';

const program = 'apps/all-in-one/src/main.js';

interface MeshFile extends MeshAddress {
  readonly pid: number;
  readonly environment: { readonly POSTGRES_URL: string };
}

/** The mesh as `npm start` runs it: nine apps and their servers in one process. */
export class OneProcess implements MeshHost {
  private child: ChildProcess | undefined;
  output = '';

  private constructor(
    readonly folder: string,
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async create(environment: Readonly<Record<string, string>>): Promise<OneProcess> {
    const ports = await freePorts(appNames.length);
    return new OneProcess(await mkdtemp(join(tmpdir(), 'mesh-e2e-')), {
      ...Object.fromEntries(appNames.map((name, index) => [`${screamingName(name)}_PORT`, String(ports[index])])),
      ...environment,
    });
  }

  portOf(app: AppName): number {
    return Number(this.environment[`${screamingName(app)}_PORT`]);
  }

  async start(): Promise<MeshAddress> {
    const child = this.spawn({}, (text) => (this.output += text));
    this.child = child;
    return (await eventually(
      () => this.readFile(child),
      (file) => file !== undefined,
      `the mesh is up (${this.output})`,
      { timeoutMs: 120_000 },
    )) as MeshFile;
  }

  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.ended();
  }

  async stop(): Promise<number | null> {
    this.child?.kill('SIGTERM');
    return this.ended();
  }

  async query(
    service: string,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Record<string, unknown>[]> {
    const { environment } = JSON.parse(await readFile(this.file, 'utf8')) as MeshFile;
    return askDatabase(environment.POSTGRES_URL, service, sql, values);
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Starts one more process on the same folder and ports, which is expected to give up. */
  async tryAnother(environment: Readonly<Record<string, string>>): Promise<{ code: number | null; error: string }> {
    let error = '';
    const child = this.spawn(environment, () => undefined);
    child.stderr?.on('data', (chunk: Buffer) => (error += chunk.toString()));
    const closed = new Promise((resolve) => child.once('close', resolve));
    await closed;
    return { code: child.exitCode, error };
  }

  /** What it says of itself while it is ready. */
  private get file(): string {
    return join(this.folder, '.mesh/mesh.json');
  }

  private spawn(more: Readonly<Record<string, string>>, onOutput: (text: string) => void): ChildProcess {
    return spawnProgram(program, {
      cwd: this.folder,
      environment: { MESH_FOLDER: join(this.folder, '.mesh'), ...this.environment, ...more },
      onOutput,
    });
  }

  private async readFile(child: ChildProcess): Promise<MeshFile | undefined> {
    if (child.exitCode !== null) throw new Error(`the mesh ended with ${child.exitCode}:\n${this.output}`);
    const file = await readFile(this.file, 'utf8').then(
      (text) => JSON.parse(text) as MeshFile,
      () => undefined,
    );
    return file?.pid === child.pid ? file : undefined;
  }

  private async ended(): Promise<number | null> {
    return this.child ? ended(this.child) : null;
  }
}

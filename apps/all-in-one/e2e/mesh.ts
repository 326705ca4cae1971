import { isOnServers } from '@mediamesh/testing';
import { MeshClient } from './mesh-client.js';
import type { MeshAddress, MeshHost } from './mesh-host.js';
import { NineProcesses, type NineProcessesOptions } from './nine-processes.js';
import { OneProcess } from './one-process.js';

/** A test has callers that ask more often than people do. */
const generous = {
  LIMIT_LOGIN_ACCOUNT: '1000/60',
  LIMIT_LOGIN_ADDRESS: '1000/60',
  LIMIT_WRITE: '100000/100000',
  LIMIT_READ: '100000/100000',
  LIMIT_SEARCH: '100000/100000',
};

/**
 * A whole mesh that belongs to one suite, on free ports and in a folder of its own: in one process with its
 * embedded servers, or in nine on real servers, as the run of the tests says. What is tested is the same.
 */
export class RunningMesh<Host extends MeshHost = MeshHost> extends MeshClient {
  private constructor(
    readonly host: Host,
    file: MeshAddress,
  ) {
    super(host, file);
  }

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<RunningMesh> {
    const all = { ...generous, ...environment };
    return RunningMesh.on(isOnServers() ? await NineProcesses.create(all) : await OneProcess.create(all));
  }

  /** One process, whatever the run says: for what only the embedded mesh has. */
  static async startEmbedded(environment: Readonly<Record<string, string>> = {}): Promise<RunningMesh<OneProcess>> {
    return RunningMesh.on(await OneProcess.create({ ...generous, ...environment }));
  }

  /** Nine processes, or more, on real servers. */
  static async startOnServers(
    environment: Readonly<Record<string, string>> = {},
    options: NineProcessesOptions = {},
  ): Promise<RunningMesh<NineProcesses>> {
    return RunningMesh.on(await NineProcesses.create({ ...generous, ...environment }, options));
  }

  private static async on<H extends MeshHost>(host: H): Promise<RunningMesh<H>> {
    try {
      return new RunningMesh(host, await host.start());
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /** Starts it (again) on the same data, and waits until it is ready. */
  async restart(): Promise<void> {
    this.tokens.clear();
    this.file = await this.host.start();
  }

  get output(): string {
    return this.host.output;
  }

  /** kill -9: no chance to say goodbye. Servers stay. */
  kill(): Promise<void> {
    return this.host.kill();
  }

  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null> {
    return this.host.stop();
  }

  close(): Promise<void> {
    return this.host.close();
  }
}

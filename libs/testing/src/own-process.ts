import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readPaths } from './environment.js';

const run = promisify(execFile);
const locate = [join(import.meta.dirname, '../../../tools/run.mjs'), 'tools/servers/main.js', 'locate'];

/** How to run a server. `args` come before those of the caller; `settings` are common to all our servers. */
export interface ServerProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** The program behind `npm run servers`, for tests with settings of their own. Installed if missing. */
export async function locateServer(name: 'kafka' | 'redis'): Promise<ServerProgram> {
  const { stdout } = await run(process.execPath, [...locate, name], { env: readPaths() });
  return JSON.parse(stdout) as ServerProgram;
}

/** Milliseconds from SIGTERM to SIGKILL. */
const patience = 5_000;
const kept = 50_000;

/** A program that one test starts, and may kill or freeze. The caller must call {@link stop}. */
export class OwnProcess {
  private readonly child: ChildProcess;
  private readonly gone: Promise<unknown>;
  private captured = '';

  constructor(program: string, args: readonly string[]) {
    this.child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: readPaths() });
    this.gone = once(this.child, 'close');
    this.gone.catch(() => undefined); // A program that cannot be run fails in whatever waits for it.
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk) => (this.captured = (this.captured + String(chunk)).slice(-kept)));
  }

  /** The last 50,000 characters of its output. */
  get output(): string {
    return this.captured;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined;
  }

  /** SIGKILL; resolves when the process has ended. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.gone;
  }

  /** SIGSTOP: the process keeps its connections and does not answer. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  continue(): void {
    this.child.kill('SIGCONT');
  }

  /** SIGTERM, then SIGKILL after a timeout. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.child.kill('SIGTERM');
    this.child.kill('SIGCONT'); // A frozen process receives no SIGTERM.
    await Promise.race([this.gone, pause(patience, undefined, { ref: false })]);
    if (this.isRunning) await this.kill();
  }
}

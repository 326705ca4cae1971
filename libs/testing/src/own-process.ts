import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readPaths } from './environment.js';

const run = promisify(execFile);
const locate = [join(import.meta.dirname, '../../../tools/run.mjs'), 'tools/servers/main.js', 'locate'];

/**
 * How a server is run: its program, arguments that come before those of the caller, and the settings all of ours have.
 */
export interface ServerProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/**
 * The program that `npm run servers` starts, for a test that starts some of its own with settings of its own; installed
 * if need be.
 */
export async function locateServer(name: 'kafka' | 'redis'): Promise<ServerProgram> {
  const { stdout } = await run(process.execPath, [...locate, name], { env: readPaths() });
  return JSON.parse(stdout) as ServerProgram;
}

/** Milliseconds until a process that was told to end is ended by force. */
const patience = 5_000;
const kept = 50_000;

/** A program that one test started, and may kill or freeze. Whoever starts it calls {@link stop}. */
export class OwnProcess {
  private readonly child: ChildProcess;
  private readonly gone: Promise<unknown>;
  private captured = '';

  constructor(program: string, args: readonly string[]) {
    this.child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: readPaths() });
    this.gone = once(this.child, 'close');
    this.gone.catch(() => undefined); // a program that cannot be run is told by whoever waits for it
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk) => (this.captured = (this.captured + String(chunk)).slice(-kept)));
  }

  /** The end of what it printed. */
  get output(): string {
    return this.captured;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined;
  }

  /** kill -9; resolves when it has gone. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.gone;
  }

  /** SIGSTOP: it keeps its connections and answers nothing. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  /** SIGCONT. */
  continue(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends it in order, or by force. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.child.kill('SIGTERM');
    this.child.kill('SIGCONT'); // a frozen one hears nothing else
    await Promise.race([this.gone, pause(patience, undefined, { ref: false })]);
    if (this.isRunning) await this.kill();
  }
}

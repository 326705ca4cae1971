import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { readPaths } from '@mediamesh/testing';
import { root } from './processes.js';

/** Evaluates what comes over descriptor 3, text by text, each ended by NUL; ends what a text prints with NUL. */
const loop = `while IFS= read -r -d '' text <&3; do eval "$text" </dev/null 2>&1; printf '\\0'; done`;

/** A person's terminal in the repository's folder: a bash whose variables and functions last from text to text. */
export class Shell {
  private readonly child: ChildProcess;
  private printed = '';

  constructor(environment: Readonly<Record<string, string>>) {
    this.child = spawn('bash', ['--noprofile', '--norc', '-c', loop], {
      cwd: root,
      env: { ...readPaths(), ...environment },
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8');
  }

  /** Runs commands; answers what they printed on both streams, without blank space around it. */
  run(commands: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const { stdout, stdio } = this.child;
    const end = (): void => void stdout?.off('data', take).off('close', fail);
    const fail = (): void => (end(), reject(new Error(`bash ended: ${this.printed}`)));
    const take = (text: string): void => {
      this.printed += text;
      const at = this.printed.indexOf('\0');
      if (at < 0) return;
      end();
      resolve(this.printed.slice(0, at).trim());
      this.printed = this.printed.slice(at + 1);
    };
    stdout?.on('data', take).on('close', fail);
    (stdio[3] as Writable).write(`${commands}\0`);
    return promise;
  }

  close(): void {
    this.child.kill('SIGKILL');
  }
}

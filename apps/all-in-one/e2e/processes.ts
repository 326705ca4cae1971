import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readPaths } from '@mediamesh/testing';

/** The repository; compiled, this file lies one folder deeper, in `dist/`. */
export const root = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '../../..' : '../../../..');
const node = join(root, 'node_modules/.bin/node');

/**
 * Runs a program of `dist/` in a folder, with the given variables and none of ours; `onOutput` hears both of its
 * streams. It ends when we are killed: the channel tells it.
 */
export function spawnProgram(
  program: string,
  {
    cwd,
    environment,
    args = [],
    onOutput,
  }: {
    cwd: string;
    environment: Readonly<Record<string, string>>;
    args?: readonly string[];
    onOutput: (text: string) => void;
  },
): ChildProcess {
  const child = spawn(node, ['--enable-source-maps', join(root, 'dist', program), ...args], {
    cwd,
    env: { ...readPaths(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout?.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
  return child;
}

export const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/** Waits for its end; answers the exit code, `null` after a signal. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (isRunning(child)) await once(child, 'exit');
  return child.exitCode;
}

/** Runs the programs that download and prepare: mvn, python3, javac, apt-get. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Failure } from '#launch';

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // missing or not executable
  }
};

export function findProgram(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isProgram);
}

/** The path of a program. Throws {@link Failure} with advice when it is missing. */
export function needProgram(name: string, advice: string): string {
  const path = findProgram(name);
  if (!path) throw new Failure(`${name} is not on the PATH: ${advice}`);
  return path;
}

/** The environment of a server: enough to find programs, no secrets. */
export const plainEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'TZ'].flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value]] : [];
    }),
  );

const children = new Set<ChildProcess>();

/** Ends the running programs when this process has to end. */
export function endChildren(): void {
  for (const child of children) child.kill();
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Its name in an error. */
  readonly what?: string;
}

/** Runs a program and returns its output. Rejects with a {@link Failure} of one line. */
export function run(
  program: string,
  args: readonly string[],
  { cwd, env = process.env, what = program }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    let output = '';
    const keep = (chunk: Buffer): string => (output = (output + chunk.toString()).slice(-200_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => reject(new Failure(`${what} cannot be run: ${error.message}`)));
    child.once('close', (code, signal) => {
      children.delete(child);
      if (code === 0) resolve(output);
      else
        reject(
          new Failure(`${what} failed: ${findTellingLine(output) ?? `it ended with ${signal ?? `code ${code}`}`}`),
        );
    });
  });
}

/** The most useful line of a failed command's output. */
export function findTellingLine(output: string): string | undefined {
  if (/ENOSPC|No space left on device/.test(output)) return 'the disk is full';
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return (lines.find((line) => /^(\[ERROR\]|ERROR:|E:|error:|.*: error:)/.test(line)) ?? lines.at(-1))?.slice(0, 400);
}

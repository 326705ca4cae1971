/** Locks between processes: a folder with one file, named after the process that holds the lock. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readStartOf } from './processes.js';

const PATIENCE_MS = 1_000;
const AGAIN_MS = 50;

const gone = new Set<string | undefined>(['ENOENT', 'ENOTEMPTY', 'EEXIST']);
const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
/** Ignores errors that mean another process has done the work. */
function tolerate(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!gone.has(codeOf(error))) throw error;
  }
}

/** A process as a file name. The id alone is not enough, because it can be reused. */
function identify(pid: number): string | undefined {
  const start = readStartOf(pid);
  return start && `${pid}-${start}`;
}

/** Takes the lock, or returns its holder. A rename onto an empty or missing folder succeeds for one process only. */
function tryLock(folder: string, me: string): string | undefined {
  const mine = `${folder}.${me}`;
  rmSync(mine, { recursive: true, force: true });
  mkdirSync(mine, { recursive: true });
  writeFileSync(join(mine, me), '');
  try {
    renameSync(mine, folder);
    return undefined;
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    if (!gone.has(codeOf(error))) throw error;
    return readHolder(folder);
  }
}

/** Empty when the lock was released meanwhile. */
function readHolder(folder: string): string {
  let holder = '';
  tolerate(() => (holder = readdirSync(folder)[0] ?? ''));
  return holder;
}

/** Deletes the file of a dead holder. Its name is unique, so it cannot belong to a new holder. */
function removeDead(folder: string, holder: string): void {
  const [pid] = holder.split('-');
  if (holder !== '' && identify(Number(pid)) !== holder) tolerate(() => unlinkSync(join(folder, holder)));
}

/** Runs `work` while holding the lock `folder`. Calls `onWait(pid)` once, after a second of waiting. */
export async function withLock<T>(
  folder: string,
  work: () => T | Promise<T>,
  onWait: (pid: number) => void = () => undefined,
): Promise<T> {
  mkdirSync(dirname(folder), { recursive: true });
  const me = identify(process.pid) ?? String(process.pid);
  const patience = performance.now() + PATIENCE_MS;
  let told = false;
  for (;;) {
    const holder = tryLock(folder, me);
    if (holder === undefined) break;
    removeDead(folder, holder);
    if (!told && performance.now() > patience) {
      told = true;
      onWait(Number(holder.split('-')[0]));
    }
    await pause(AGAIN_MS);
  }
  try {
    return await work();
  } finally {
    tolerate(() => unlinkSync(join(folder, me)));
    if (existsSync(folder)) tolerate(() => rmdirSync(folder));
  }
}

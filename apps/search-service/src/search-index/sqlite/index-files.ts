import { constants, copyFileSync, existsSync, linkSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What SQLite keeps beside a database. */
const sidecars = ['-wal', '-journal', '-shm'];

/** Where the index that was replaced last is kept. */
export const previousOf = (file: string): string => `${file}.previous`;

/** Where another index is filled, told apart by a number. */
export const rebuildOf = (file: string, number: number): string => `${file}.rebuild-${number}`;

export function removeIndexFile(file: string): void {
  for (const name of ['', ...sidecars]) rmSync(`${file}${name}`, { force: true });
}

/** Removes what rebuilds left that did not come to their end. */
export function sweepRebuilds(file: string): void {
  const beginning = `${basename(file)}.rebuild-`;
  for (const name of readdirSync(dirname(file)))
    if (name.startsWith(beginning)) rmSync(join(dirname(file), name), { force: true });
}

/**
 * Puts a finished index in the place of another at one stroke: at every moment there is one whole index under the name,
 * and after it the old one under that of the previous. Both must be in one file each, except an old one that is of no
 * use.
 */
export function exchangeIndexFiles(file: string, finished: string): void {
  removeIndexFile(previousOf(file));
  if (existsSync(file)) keepUnder(previousOf(file), file);
  // Only an index that is of no use still has a log, which may hold what somebody wants to look into; a journal is
  // empty, because none is ever needed.
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${previousOf(file)}-wal`);
  for (const name of ['-journal', '-shm']) rmSync(`${file}${name}`, { force: true });
  renameSync(finished, file);
}

/** Takes the exchange back. */
export function restoreIndexFile(file: string): void {
  for (const name of sidecars) rmSync(`${file}${name}`, { force: true });
  renameSync(previousOf(file), file);
}

function keepUnder(other: string, file: string): void {
  try {
    linkSync(file, other);
  } catch (error) {
    // Some file systems have no second name for a file; a copy takes longer and does the same.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(file, other, constants.COPYFILE_FICLONE);
  }
}

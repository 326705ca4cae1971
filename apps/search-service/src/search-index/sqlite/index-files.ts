import { constants, copyFileSync, existsSync, linkSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const sidecars = ['-wal', '-journal', '-shm'];

/** Where the last replaced index is kept. */
export const previousOf = (file: string): string => `${file}.previous`;

export const rebuildOf = (file: string, number: number): string => `${file}.rebuild-${number}`;

export function removeIndexFile(file: string): void {
  for (const name of ['', ...sidecars]) rmSync(`${file}${name}`, { force: true });
}

/** Removes the files of interrupted rebuilds. */
export function sweepRebuilds(file: string): void {
  const beginning = `${basename(file)}.rebuild-`;
  for (const name of readdirSync(dirname(file)))
    if (name.startsWith(beginning)) rmSync(join(dirname(file), name), { force: true });
}

/** Atomic: at every moment `file` is one whole index. Both must be single files, except an unusable old one. */
export function exchangeIndexFiles(file: string, finished: string): void {
  removeIndexFile(previousOf(file));
  if (existsSync(file)) keepUnder(previousOf(file), file);
  // Only an unusable index still has a WAL. It may hold evidence, so it is kept. A rollback journal is empty: none is
  // needed.
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${previousOf(file)}-wal`);
  for (const name of ['-journal', '-shm']) rmSync(`${file}${name}`, { force: true });
  renameSync(finished, file);
}

export function restoreIndexFile(file: string): void {
  for (const name of sidecars) rmSync(`${file}${name}`, { force: true });
  renameSync(previousOf(file), file);
}

function keepUnder(other: string, file: string): void {
  try {
    linkSync(file, other);
  } catch (error) {
    // Some file systems have no hard links; a copy takes longer and does the same.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(file, other, constants.COPYFILE_FICLONE);
  }
}

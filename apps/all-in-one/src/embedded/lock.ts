import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MeshFolderError } from './mesh-folder-error.js';

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Locks the folder for this process. Throws {@link MeshFolderError} while another process holds it.
 *
 * The lock is an exclusive transaction on an empty SQLite file. The operating system releases it when the process ends.
 * A file with a process id could be left behind, and two starts could both take it over. `lock.pid` is only for
 * display.
 */
export async function lockFolder(meshFolder: string): Promise<FolderLock> {
  const holder = join(meshFolder, 'lock.pid');
  const database = new DatabaseSync(join(meshFolder, 'lock'), { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if (!isBusy(error))
      throw new MeshFolderError(
        `The lock in ${meshFolder} cannot be taken: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    const pid = await readFile(holder, 'utf8').catch(() => 'unknown');
    throw new MeshFolderError(`Another mesh (process ${pid.trim()}) runs on ${meshFolder}: stop it first`, {
      cause: error,
    });
  }
  await writeFile(holder, `${process.pid}\n`, { mode: 0o600 });
  return {
    // the lock file stays: if it were removed, two processes could lock two files of the same name
    release: async () => {
      await rm(holder, { force: true });
      database.close();
    },
  };
}

/** SQLITE_BUSY (5). */
const isBusy = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === 5;

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './files.js';
import { MeshFolderError } from './mesh-folder-error.js';

/** A folder belongs to one mesh at a time. */
export interface FolderLock {
  release(): Promise<void>;
}

/** When a process started: with its id that names it for good, an id alone is given out again. Undefined when there is none. */
function readStartOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may hold anything
      return fields[0] === 'Z' ? undefined : fields[19]; // a zombie has ended
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || undefined;
  } catch {
    return undefined; // there is no such process
  }
}

/** Who holds the folder: a process id, or undefined when nobody does (a lock left behind by kill -9 included). */
export async function findHolder(meshFolder: string): Promise<number | undefined> {
  const holder = await readLock(join(meshFolder, 'lock'));
  return holder?.alive ? holder.pid : undefined;
}

async function readLock(path: string): Promise<{ text: string; pid: number; alive: boolean } | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    const [pid = '', start = ''] = text.trim().split('\n');
    return { text, pid: Number(pid), alive: Number(pid) > 0 && readStartOf(Number(pid)) === start };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Takes the folder for this process. Refuses with a {@link MeshFolderError} while another living process holds it; a
 * lock whose process is gone is taken over.
 */
export async function lockFolder(meshFolder: string): Promise<FolderLock> {
  const path = join(meshFolder, 'lock');
  const mine = `${path}.${process.pid}`;
  const text = `${process.pid}\n${readStartOf(process.pid) ?? ''}\n`;
  await writeFile(mine, text, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      try {
        await link(mine, path); // whole at once, and never over another's
        return { release: () => releaseLock(path, text) };
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
      }
      const holder = await readLock(path);
      if (holder?.alive) throw new MeshFolderError(`Another mesh (process ${holder.pid}) runs on ${meshFolder}: stop it first`);
      if (holder) await setStaleAside(path, holder.text);
    }
    throw new MeshFolderError(`The lock ${path} cannot be taken: others keep taking it`);
  } finally {
    await rm(mine, { force: true });
  }
}

/** Two starts may find the same stale lock: what was moved aside is looked at again, and put back when it is not stale. */
async function setStaleAside(path: string, stale: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== stale) {
    await link(aside, path).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
    });
  }
  await rm(aside, { force: true });
}

async function releaseLock(path: string, text: string): Promise<void> {
  const holder = await readLock(path);
  if (holder?.text === text) await rm(path, { force: true });
}

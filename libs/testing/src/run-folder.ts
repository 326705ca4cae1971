import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A temporary folder named after this process. First removes folders of the same kind whose process has died; `forget`
 * stops what still runs in them.
 */
export async function makeRunFolder(
  kind: string,
  forget: (folder: string) => Promise<void> = async () => undefined,
): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(`${kind}-`) ? Number(/^(\d+)-/.exec(name.slice(kind.length + 1))?.[1]) : Number.NaN;
    if (!(pid > 0) || isAlive(pid)) continue;
    const folder = join(tmpdir(), name);
    await forget(folder);
    await rm(folder, { recursive: true, force: true });
  }
  return mkdtemp(join(tmpdir(), `${kind}-${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return Reflect.get(error as object, 'code') === 'EPERM'; // The process belongs to another user.
  }
}

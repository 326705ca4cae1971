import { forgetEmbeddedPostgres } from '@mediamesh/postgres/embedded';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from './lock.js';
import { postgresFolder } from './prepare.js';

/**
 * Forgets everything a mesh keeps, also on servers of its own: stops a PostgreSQL that was left running, removes its
 * data wherever it lies, then the folder. Refuses while a mesh runs on it. Answers whether there was anything.
 */
export async function resetMesh(meshFolder: string): Promise<boolean> {
  if (!existsSync(meshFolder)) return false;
  const lock = await lockFolder(meshFolder); // so that no mesh starts meanwhile
  try {
    for (const data of [postgresFolder(meshFolder), join(meshFolder, 'servers/postgres/data')])
      await forgetEmbeddedPostgres(data);
    await rm(meshFolder, { recursive: true, force: true });
    return true;
  } finally {
    await lock.release();
  }
}

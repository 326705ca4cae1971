import { forgetEmbeddedPostgres } from '@mediamesh/postgres/embedded';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from './lock.js';
import { postgresFolder } from './prepare.js';

/**
 * Deletes all data of a mesh: stops a PostgreSQL that was left running, deletes its data (embedded or of the local
 * servers), then the folder. Throws while a mesh runs. False when there is no folder.
 */
export async function resetMesh(meshFolder: string): Promise<boolean> {
  if (!existsSync(meshFolder)) return false;
  const lock = await lockFolder(meshFolder); // no mesh can start meanwhile
  try {
    for (const data of [postgresFolder(meshFolder), join(meshFolder, 'servers/postgres/data')])
      await forgetEmbeddedPostgres(data);
    await rm(meshFolder, { recursive: true, force: true });
    return true;
  } finally {
    await lock.release();
  }
}

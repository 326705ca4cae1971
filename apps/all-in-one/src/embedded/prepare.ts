import { EmbeddedPostgresError, startEmbeddedPostgres, type EmbeddedPostgres } from '@mediamesh/postgres/embedded';
import { chmod, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemCode } from './files.js';
import { lockFolder } from './lock.js';
import { removeMeshFile } from './mesh-file.js';
import { MeshFolderError } from './mesh-folder-error.js';
import { readOrMakeSecrets } from './secrets.js';

/** What the embedded mesh stands on. */
export interface Embedded {
  /** What to add to the environment before the apps read it; never a variable that is set already. */
  env: Record<string, string>;
  /** Everything that is kept for this install, accounts included, with what the environment overrides. */
  secrets: Record<string, string>;
  /** Stops PostgreSQL (if it is ours) and gives the folder back. Call it last. */
  stop(): Promise<void>;
}

/** Where PostgreSQL keeps its data. */
export const postgresFolder = (meshFolder: string): string => join(meshFolder, 'postgres');

/**
 * Makes a bare machine ready for the mesh: takes `meshFolder` for this process, makes or reads its secrets and starts
 * PostgreSQL unless POSTGRES_URL names one. Rejects with an error of one line; then nothing of ours is left running.
 */
export async function prepareEmbedded({
  meshFolder: folder,
  env,
  log,
}: {
  meshFolder: string;
  env: Readonly<Record<string, string | undefined>>;
  log: (line: string) => void;
}): Promise<Embedded> {
  const meshFolder = resolve(folder);
  const lock = await makeFolder(meshFolder)
    .then(() => lockFolder(meshFolder))
    .catch((error: unknown) => {
      throw explain(error, meshFolder);
    });
  let server: EmbeddedPostgres | undefined;
  try {
    await removeMeshFile(meshFolder); // one that kill -9 left behind would say we are ready
    const kept = await readOrMakeSecrets(meshFolder);
    if (!env['POSTGRES_URL']) {
      log('Starting PostgreSQL');
      server = await startEmbeddedPostgres({ dataFolder: postgresFolder(meshFolder), onProgress: log });
    }
    const additions = { ...kept, ...(server && { POSTGRES_URL: server.url }) };
    return {
      env: Object.fromEntries(Object.entries(additions).filter(([name]) => !env[name])),
      secrets: Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, env[name] || value])),
      stop: async () => {
        try {
          await server?.stop();
        } finally {
          await lock.release();
        }
      },
    };
  } catch (error) {
    await lock.release();
    throw explain(error, meshFolder);
  }
}

/** The errors that a person can do something about, as one line. */
function explain(error: unknown, meshFolder: string): unknown {
  if (error instanceof EmbeddedPostgresError) {
    const line = error.message.startsWith('PostgreSQL')
      ? error.message
      : `PostgreSQL cannot be started: ${error.message}`;
    const advice = line.includes('damaged') ? '. Restore a backup, or forget the data with npm run reset' : '';
    return new MeshFolderError(`${line}${advice}`, { cause: error });
  }
  const code = systemCode(error);
  if (error instanceof MeshFolderError || !code) return error;
  return new MeshFolderError(
    `The folder ${meshFolder} cannot be used: ${code === 'ENOSPC' ? 'the disk is full' : code}`,
    { cause: error },
  );
}

/**
 * Others may pass through the folder (PostgreSQL's own user must, when root starts us) but not list it; its files have
 * modes of their own.
 */
async function makeFolder(meshFolder: string): Promise<void> {
  await mkdir(meshFolder, { recursive: true });
  await chmod(meshFolder, 0o711);
}

import { EmbeddedPostgresError, startEmbeddedPostgres, type EmbeddedPostgres } from '@mediamesh/postgres/embedded';
import { chmod, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemCode } from './files.js';
import { lockFolder } from './lock.js';
import { removeMeshFile } from './mesh-file.js';
import { MeshFolderError } from './mesh-folder-error.js';
import { readOrMakeSecrets } from './secrets.js';

export interface Embedded {
  /** Variables to add to the environment; none that is set already. */
  env: Record<string, string>;
  /** All secrets and accounts of this install; values of the environment win. */
  secrets: Record<string, string>;
  /** Stops PostgreSQL if it was started here, then releases the folder. Call it last. */
  stop(): Promise<void>;
}

export const postgresFolder = (meshFolder: string): string => join(meshFolder, 'postgres');

/** Locks the folder, creates missing secrets and starts PostgreSQL unless POSTGRES_URL is set. Errors are one line. */
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
    await removeMeshFile(meshFolder); // a file left by kill -9 would say that the mesh is ready
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

/** Turns the errors that a user can act on into one line. */
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

/** Mode 0711: under root PostgreSQL runs as another user and must traverse the folder. Others cannot list it. */
async function makeFolder(meshFolder: string): Promise<void> {
  await mkdir(meshFolder, { recursive: true });
  await chmod(meshFolder, 0o711);
}

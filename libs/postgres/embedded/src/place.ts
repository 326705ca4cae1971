import { createHash } from 'node:crypto';
import { lstatSync, readlinkSync, existsSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { canEnter, type Account } from './account.js';
import { EmbeddedPostgresError, systemCode } from './embedded-postgres-error.js';
import { readServerNote, stopServer } from './server-process.js';

/**
 * Where PostgreSQL under root keeps what its user cannot reach in the workspace. Only root can write there. /var/lib is
 * for lasting data; /var/tmp is used where /var/lib cannot be.
 */
export async function findCommonPlace(account: Account): Promise<string> {
  for (const place of ['/var/lib/mediamesh', '/var/tmp/mediamesh']) {
    try {
      await mkdir(place, { recursive: true });
      const { uid } = await stat(place);
      if (uid !== 0) continue; // anyone can create such a folder in /var/tmp
      await chmod(place, 0o755);
    } catch (error) {
      if (['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(systemCode(error) ?? '')) continue;
      throw error;
    }
    if (await canEnter(account, place)) return place;
  }
  throw new EmbeddedPostgresError(
    `the user ${account.name}, whom PostgreSQL runs as, cannot enter this folder, nor /var/lib/mediamesh, ` +
      `nor /var/tmp/mediamesh`,
  );
}

/** The parent of the moved data if `dataFolder` is a link to it, else `undefined`. */
export function readMovedTo(dataFolder: string): string | undefined {
  if (!lstatSync(dataFolder, { throwIfNoEntry: false })?.isSymbolicLink()) return undefined;
  const target = readlinkSync(dataFolder);
  return basename(target) === 'data' ? dirname(target) : undefined;
}

/** Contains the path of the data folder that the moved data belongs to. */
export const ownerFile = (place: string): string => join(place, 'belongs-to');

/** A hash of the data folder's path, used in the names of the places its data is moved to. */
export async function keyOf(dataFolder: string): Promise<string> {
  const path = join(await realpath(dirname(dataFolder)), basename(dataFolder));
  return createHash('sha256').update(path).digest('hex').slice(0, 12);
}

/**
 * Makes sure that the account can enter the data folder's parent. Where it cannot, the data is moved elsewhere and
 * `dataFolder` becomes a link to it, so that deleting or moving the folder works as usual. Returns the path for
 * PostgreSQL, which need not exist yet.
 */
export async function preparePlace(
  dataFolder: string,
  account: Account | undefined,
  onProgress: (line: string) => void,
): Promise<string> {
  await mkdir(dirname(dataFolder), { recursive: true });
  if (!account) return dataFolder;

  const movedTo = readMovedTo(dataFolder);
  if (movedTo) {
    await claimPlace(movedTo, dataFolder);
    onProgress(`PostgreSQL keeps its data in ${movedTo}`);
    return join(movedTo, 'data');
  }
  if (await canEnter(account, dirname(dataFolder))) return dataFolder;

  const isThere = await lstat(dataFolder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isThere && (await readdir(dataFolder)).length > 0) {
    throw new EmbeddedPostgresError(
      `the user ${account.name}, whom PostgreSQL runs as, can no longer enter ${dirname(dataFolder)}; ` +
        `open it with chmod o+x on it and the folders above it`,
    );
  }
  if (isThere)
    throw new EmbeddedPostgresError(
      `${dataFolder} is an empty folder that the user ${account.name} cannot enter; remove it and start again`,
    );

  const common = await findCommonPlace(account);
  const key = await keyOf(dataFolder);
  const older = (await readdir(common)).filter((name) => name.startsWith(`${key}-`));
  const place = await mkdtemp(join(common, `${key}-`));
  await chmod(place, 0o755);
  await writeFile(ownerFile(place), dataFolder);
  await symlink(join(place, 'data'), dataFolder);
  onProgress(
    `The user ${account.name}, whom PostgreSQL runs as, cannot enter ${dirname(dataFolder)}: its data lies in ${place}`,
  );
  for (const name of older) await stopOlder(join(common, name, 'data'));
  if (older.length > 0)
    onProgress(
      `Older data of this folder is still in ${older.map((name) => join(common, name)).join(', ')}; ` +
        `npm run reset removes it`,
    );
  return join(place, 'data');
}

/** Stops the server of a link that was deleted while it ran. */
async function stopOlder(data: string): Promise<void> {
  const note = await readServerNote(data);
  if (note) await stopServer(note.pid, data);
}

/** Refuses a copied workspace, whose link leads to the original's data. */
async function claimPlace(place: string, dataFolder: string): Promise<void> {
  const owner = await readFile(ownerFile(place), 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT')
      throw new EmbeddedPostgresError(`${dataFolder} leads to ${place}, which is gone or is not PostgreSQL's data`);
    throw error;
  });
  if (owner === dataFolder) return;
  if (existsSync(dirname(owner)) && readMovedTo(owner) === place) {
    throw new EmbeddedPostgresError(
      `${dataFolder} leads to ${place}, the data of ${owner}; remove ${dataFolder} to start with data of its own`,
    );
  }
  await writeFile(ownerFile(place), dataFolder); // the folder was moved
}

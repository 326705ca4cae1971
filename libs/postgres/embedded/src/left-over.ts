import { existsSync } from 'node:fs';
import { readFile, readdir, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withConnection } from './connection.js';
import { readPassword } from './data-folder.js';
import { describeError } from './embedded-postgres-error.js';
import { keyOf, ownerFile, readMovedTo } from './place.js';
import { isServerOf, readServerNote, stopServer, type ServerNote } from './server-process.js';

export function serverUrl(port: number, password: string): string {
  return `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

/** The server that a killed process left running on this data folder. A stale postmaster.pid is removed. */
export async function findLeftOver(data: string): Promise<ServerNote | undefined> {
  const note = await readServerNote(data);
  if (note && (await isServerOf(note.pid, data))) return note;
  // Another program of the user may have this process id now, which PostgreSQL would take for a running server.
  await rm(join(data, 'postmaster.pid'), { force: true });
  return undefined;
}

export async function findFault(note: ServerNote, data: string): Promise<string | undefined> {
  if (!note.ready) return 'it is not ready';
  try {
    const [row] = await withConnection(serverUrl(note.port, await readPassword(data)), (connection) =>
      connection.query('select current_setting($1) as folder', ['data_directory']),
    );
    return (await realpath(String(row?.['folder']))) === (await realpath(data))
      ? undefined
      : 'another server answers on its port';
  } catch (error) {
    return describeError(error);
  }
}

/** Stops the server that a killed process left running on this data folder. Returns whether there was one. */
export async function stopLeftOverPostgres(dataFolder: string): Promise<boolean> {
  if (!existsSync(dataFolder)) return false;
  const note = await findLeftOver(dataFolder);
  if (note) await stopServer(note.pid, dataFolder);
  return note !== undefined;
}

/**
 * Stops the server and deletes the data folder and its password, also data that was moved elsewhere for this path, now
 * or earlier. Logs stay. Data of other folders is never deleted.
 */
export async function forgetEmbeddedPostgres(dataFolder: string): Promise<void> {
  const places = new Set(await findPlaces(dataFolder));
  for (const data of [dataFolder, ...[...places].map((place) => join(place, 'data'))]) await stopLeftOverPostgres(data);
  for (const place of places) await rm(place, { recursive: true, force: true });
  for (const suffix of ['', '.new', '.password', '.password.new', '.initial-password']) {
    await rm(`${dataFolder}${suffix}`, { recursive: true, force: true });
  }
}

async function findPlaces(dataFolder: string): Promise<string[]> {
  if (!existsSync(dirname(dataFolder))) return [];
  const key = await keyOf(dataFolder);
  const commons = ['/var/lib/mediamesh', '/var/tmp/mediamesh'];
  const linked = readMovedTo(dataFolder);
  const found: string[] = [];
  for (const common of commons) {
    const names = existsSync(common) ? await readdir(common) : [];
    found.push(...names.filter((name) => name.startsWith(`${key}-`)).map((name) => join(common, name)));
  }
  if (linked && commons.includes(dirname(linked)) && basename(linked) !== '') found.push(linked);
  const owned = await Promise.all(
    found.map(async (place) => (await readFile(ownerFile(place), 'utf8').catch(() => dataFolder)) === dataFolder),
  );
  return found.filter((_, index) => owned[index]);
}

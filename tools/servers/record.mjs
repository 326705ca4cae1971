/** What we keep of the servers of a folder: `servers.json`, for us and for tests that kill or freeze a server. */
import { chmodSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../install.mjs';
import { root } from '../launch.mjs';
import { withLock } from './lock.mjs';

/** The path without links, of what need not exist yet: a process is known by the path in its command line. */
function withoutLinks(path) {
  try {
    return realpathSync(path);
  } catch (error) {
    if (error.code !== 'ENOENT' || dirname(path) === path) throw error;
    return join(withoutLinks(dirname(path)), basename(path));
  }
}

/** Where the servers keep their data: `MESH_SERVERS_FOLDER`, or `servers` in the folder of the workspace's mesh. */
export const serversFolder = (env = process.env) =>
  withoutLinks(resolve(env.MESH_SERVERS_FOLDER || join(root, '.mesh/servers')));

/** Others may pass through the folder (PostgreSQL's own user must, when root starts it) but not list it. */
export function makeServersFolder(folder) {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711);
}

/** `{ kafka: { version, ports, pid, program, address, log }, … }`; empty before the first start. */
export function readRecord(folder) {
  const file = join(folder, 'servers.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    if (error instanceof SyntaxError)
      throw new Failure(`${file} is damaged: remove it, the servers keep their data but get new ports`);
    throw error;
  }
}

/** Writes a file whole or not at all. */
export function writeWhole(file, text, mode = 0o644) {
  const fresh = `${file}.${process.pid}`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, text, { mode });
  renameSync(fresh, file);
}

/** Changes the record of one server: `change(old, all)` answers what is new in it. One process at a time. */
export function changeRecord(folder, name, change) {
  return withLock(join(folder, 'servers.lock'), async () => {
    const all = readRecord(folder);
    all[name] = { ...all[name], ...(await change(all[name] ?? {}, all)) };
    writeWhole(join(folder, 'servers.json'), `${JSON.stringify(all, undefined, 2)}\n`);
    return all[name];
  });
}

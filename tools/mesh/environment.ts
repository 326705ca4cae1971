import { join, resolve } from 'node:path';
import type { Environment } from './addresses.js';
import { isAlive, meshFolder, readValues } from './mesh-folder.js';

const serversFolder = (environment: Environment): string =>
  resolve(environment['MESH_SERVERS_FOLDER'] || join(meshFolder(environment), 'servers'));

const setIn = (environment: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );

/** The secrets of this install, created by the mesh at its first start. */
export const readSecrets = (environment: Environment): Record<string, string> =>
  readValues(join(meshFolder(environment), 'secrets')) as Record<string, string>;

/**
 * The environment of a mesh with local servers: variables that are set win, then the servers of `npm run servers`, then
 * the secrets of this install. In production (`NODE_ENV=production`) everything must be set.
 */
export function readMeshEnvironment(environment: Environment): Record<string, string> {
  const set = setIn(environment);
  if (environment['NODE_ENV'] === 'production') return set;
  const servers = readValues(join(serversFolder(environment), 'environment.json')) as Record<string, string>;
  return { ...readSecrets(environment), ...servers, ...set };
}

/**
 * The environment of operators' commands. The variables of the running mesh, in one process or under PM2, replace those
 * of the servers: a server that was stopped since is missing there, but must be checked.
 */
export function readCommandEnvironment(environment: Environment): Record<string, string> {
  const { environment: running, pid } = readValues(join(meshFolder(environment), 'mesh.json')) as {
    readonly environment?: Readonly<Record<string, string>>;
    readonly pid?: number;
  };
  if (environment['NODE_ENV'] === 'production' || !running || pid === undefined || !isAlive(pid))
    return readMeshEnvironment(environment);
  return { ...readSecrets(environment), ...running, ...setIn(environment) };
}

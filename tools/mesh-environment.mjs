/**
 * The environment of a mesh whose servers run beside it: what is set wins, then the servers that `npm run servers`
 * started, then the secrets of this install. In production (`NODE_ENV=production`) everything must be set. Plain Node,
 * nothing from node_modules: PM2 reads it too.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export const meshFolder = (environment = process.env) => resolve(environment.MESH_FOLDER || join(root, '.mesh'));

const serversFolder = (environment) =>
  resolve(environment.MESH_SERVERS_FOLDER || join(meshFolder(environment), 'servers'));

function readValues(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw new Error(`${file} cannot be read: ${error.message}`, { cause: error });
  }
}

/** Every variable there is, ours and those of the machine. */
export function readMeshEnvironment(environment = process.env) {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  if (environment.NODE_ENV === 'production') return set;
  return {
    ...readValues(join(meshFolder(environment), 'secrets')),
    ...readValues(join(serversFolder(environment), 'environment.json')),
    ...set,
  };
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // it is another user's
  }
}

/**
 * What operators' commands go by: what the mesh that runs was started with, in one process or under PM2, takes the
 * place of the servers. A server that was stopped since is no longer among those, but must be looked for.
 */
export function readCommandEnvironment(environment = process.env) {
  const folder = meshFolder(environment);
  const { environment: running, pid } = readValues(join(folder, 'mesh.json'));
  if (environment.NODE_ENV === 'production' || !running || !isAlive(pid)) return readMeshEnvironment(environment);
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  return { ...readValues(join(folder, 'secrets')), ...running, ...set };
}

/** The variables of the mesh alone, without those of the machine or of whoever starts it. */
export function readMeshVariables(environment = process.env) {
  const ours =
    /^(?:[A-Z_]+_(?:PORT|URL|DATABASE_URL)|(?:KAFKA|REDIS|DYNAMODB|OPENSEARCH|S3|SEARCH|MEDIA|CMS|INGEST|LIMIT|LOG|AUTH|METADATA|DISCOVERY|MESH)_\w+|SERVICE_SECRET_\w+|(?:ADMIN|EDITOR)_(?:EMAIL|PASSWORD)|NODE_ENV|BIND_ADDRESS|DATABASE_POOL|MIGRATE|EVENT_BUS|OBJECT_STORE|CATALOG_STORE|TRUSTED_PROXIES|CURSOR_SECRETS|DRAIN_SECONDS|AWS_\w+)$/;
  return Object.fromEntries(Object.entries(readMeshEnvironment(environment)).filter(([name]) => ours.test(name)));
}

/** The same without the secrets of this install, which lie beside: what a mesh that is started now stands on. */
export function readStanding(environment = process.env) {
  const secrets = readValues(join(meshFolder(environment), 'secrets'));
  return Object.fromEntries(Object.entries(readMeshVariables(environment)).filter(([name]) => !(name in secrets)));
}

/**
 * What `.mesh/mesh.json` says of a mesh that was started here: where it is, what it stands on, and the accounts of the
 * first start. In production only where it is: what the environment holds there, passwords among it, is written
 * nowhere.
 */
export function describeMesh(environment = process.env) {
  const { CMS_GATEWAY_PORT = 8081, DISCOVERY_GATEWAY_PORT = 8080, NODE_ENV, ...all } = readMeshEnvironment(environment);
  const places = {
    cms: `http://localhost:${CMS_GATEWAY_PORT}`,
    discovery: `http://localhost:${DISCOVERY_GATEWAY_PORT}`,
  };
  if (NODE_ENV === 'production') return places;
  const account = (who) => ({ email: all[`${who}_EMAIL`] ?? '', password: all[`${who}_PASSWORD`] ?? '' });
  return { ...places, environment: readStanding(environment), admin: account('ADMIN'), editor: account('EDITOR') };
}

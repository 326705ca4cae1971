/** The variables that point the mesh, and the tests on real servers, at what runs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from './catalogue.mjs';
import { withLock } from './lock.mjs';
import { isServer } from './processes.mjs';
import { readRecord, serversFolder, writeWhole } from './record.mjs';

const environmentFile = (folder) => join(folder, 'environment.json');

/** The name of a variable in the tests on real servers, for each that they read. */
const testNames = {
  KAFKA_BROKERS: 'TEST_KAFKA_BROKERS',
  REDIS_URL: 'TEST_REDIS_URL',
  OPENSEARCH_URL: 'TEST_OPENSEARCH_URL',
  S3_ENDPOINT: 'TEST_S3_ENDPOINT',
  S3_ACCESS_KEY_ID: 'TEST_S3_ACCESS_KEY_ID',
  S3_SECRET_ACCESS_KEY: 'TEST_S3_SECRET_ACCESS_KEY',
  DYNAMODB_ENDPOINT: 'TEST_DYNAMODB_ENDPOINT',
};

/** The same servers under the names that the tests read. */
export const nameForTests = (mesh) =>
  Object.fromEntries(
    Object.entries(mesh).flatMap(([name, value]) => (testNames[name] ? [[testNames[name], value]] : [])),
  );

/** The variables of the servers of a folder that run: `{ mesh, test }`, each name → value. Empty when none does. */
export function readServerEnvironment(folder = serversFolder()) {
  let mesh = {};
  try {
    mesh = JSON.parse(readFileSync(environmentFile(folder), 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  return { mesh, test: nameForTests(mesh) };
}

/** What a server is to everybody else: its own folder, ports, and how its process is known. */
export function describeServer(folder, name) {
  const server = catalogue[name];
  const record = readRecord(folder)[name] ?? {};
  const own = join(folder, name);
  const known = { program: record.program ?? server.program ?? name, folder: server.place?.(own) ?? own };
  return {
    server,
    record,
    folder: own,
    ports: record.ports ?? {},
    known,
    runs: record.pid !== undefined && isServer(record.pid, known),
  };
}

/** The servers of a folder that run, as {@link describeServer} describes them. */
export const listRunning = (folder) =>
  Object.keys(catalogue)
    .map((name) => describeServer(folder, name))
    .filter(({ runs }) => runs);

/**
 * Writes `environment.json` anew: only servers that run are in it. It holds passwords, so only its owner may read it.
 */
export async function writeServerEnvironment(folder) {
  if (!existsSync(folder)) return;
  await withLock(join(folder, 'environment.lock'), () => {
    const variables = Object.assign({}, ...listRunning(folder).map((each) => each.server.variables(each)));
    writeWhole(environmentFile(folder), `${JSON.stringify(variables, undefined, 2)}\n`, 0o600);
  });
}

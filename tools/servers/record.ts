/** The records of a folder's servers, and the variables of those that run, for the mesh and the tests. */
import { existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure, root } from '#launch';
import { catalogue } from './catalogue.js';
import { withLock } from './lock.js';
import { isServer, type KnownServer } from './processes.js';
import type { Place, Server } from './server.js';

/** A server's entry in `servers.json`, also read by tests that kill or freeze servers. */
export interface ServerRecord {
  readonly version: string;
  /** By purpose: `broker`, `http`, … */
  readonly ports: Readonly<Record<string, number>>;
  /** Absent while it is stopped. The id may belong to another process: check with {@link isServer}. */
  readonly pid?: number | undefined;
  readonly program: string;
  readonly address: string;
  readonly log: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}
type Records = Readonly<Record<string, Partial<ServerRecord>>>;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** The path with links resolved, even if it does not exist yet: processes are recognised by the path they name. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    return join(withoutLinks(dirname(path)), basename(path));
  }
}

/** The data folder of the servers: `MESH_SERVERS_FOLDER`, else `servers` in the workspace's `.mesh`. */
export const serversFolder = (env: Readonly<Record<string, string | undefined>> = process.env): string =>
  withoutLinks(resolve(env['MESH_SERVERS_FOLDER'] || join(root, '.mesh/servers')));

/** The records of a folder by server; empty before the first start. */
export function readRecord(folder: string): Records {
  const file = join(folder, 'servers.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Records;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return {};
    if (error instanceof SyntaxError)
      throw new Failure(`${file} is damaged: remove it, the servers keep their data but get new ports`);
    throw error;
  }
}

/** Writes a file atomically. */
function writeWhole(file: string, text: string, mode = 0o644): void {
  const fresh = `${file}.${process.pid}`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, text, { mode });
  renameSync(fresh, file);
}

type Change = Partial<ServerRecord>;

/** Changes the record of one server under a lock: `change(old, all)` returns the changed fields. */
export function changeRecord(
  folder: string,
  name: string,
  change: (old: Change, all: Records) => Change | Promise<Change>,
): Promise<Change> {
  return withLock(join(folder, 'servers.lock'), async () => {
    const all = readRecord(folder);
    const changed = { ...all[name], ...(await change(all[name] ?? {}, all)) };
    writeWhole(join(folder, 'servers.json'), `${JSON.stringify({ ...all, [name]: changed }, undefined, 2)}\n`);
    return changed;
  });
}

export interface FoundServer extends Place {
  readonly server: Server;
  readonly record: Change;
  readonly known: KnownServer;
  readonly runs: boolean;
}

/** Throws for an unknown server. */
export function describeServer(folder: string, name: string): FoundServer {
  const server = catalogue.find((one) => one.name === name);
  if (!server) throw new Failure(`There is no server ${name}.`);
  const record = readRecord(folder)[name] ?? {};
  const own = join(folder, name);
  const program = record.program ?? server.program ?? name;
  const known = { program, folder: server.processFolder?.(own) ?? own };
  const runs = record.pid !== undefined && isServer(record.pid, known);
  return { server, record, folder: own, ports: record.ports ?? {}, known, runs };
}

export const listRunning = (folder: string): FoundServer[] =>
  catalogue.map(({ name }) => describeServer(folder, name)).filter(({ runs }) => runs);

/** The names of the variables in tests on real servers. */
const testNames: Readonly<Record<string, string>> = {
  KAFKA_BROKERS: 'TEST_KAFKA_BROKERS',
  REDIS_URL: 'TEST_REDIS_URL',
  OPENSEARCH_URL: 'TEST_OPENSEARCH_URL',
  S3_ENDPOINT: 'TEST_S3_ENDPOINT',
  S3_ACCESS_KEY_ID: 'TEST_S3_ACCESS_KEY_ID',
  S3_SECRET_ACCESS_KEY: 'TEST_S3_SECRET_ACCESS_KEY',
  DYNAMODB_ENDPOINT: 'TEST_DYNAMODB_ENDPOINT',
};

export const nameForTests = (mesh: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(mesh).flatMap(([name, value]) => {
      const testName = testNames[name];
      return testName ? [[testName, value]] : [];
    }),
  );

const environmentFile = (folder: string): string => join(folder, 'environment.json');

/** The variables of a folder's running servers, for the mesh and for the tests. */
export function readServerEnvironment(folder = serversFolder()): {
  readonly mesh: Record<string, string>;
  readonly test: Record<string, string>;
} {
  let mesh: Record<string, string> = {};
  try {
    mesh = JSON.parse(readFileSync(environmentFile(folder), 'utf8')) as Record<string, string>;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  return { mesh, test: nameForTests(mesh) };
}

/** Writes `environment.json` with the running servers only. It contains passwords, so its mode is 0600. */
export async function writeServerEnvironment(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  await withLock(join(folder, 'environment.lock'), () => {
    const variables = Object.assign({}, ...listRunning(folder).map((each) => each.server.variables(each))) as object;
    writeWhole(environmentFile(folder), `${JSON.stringify(variables, undefined, 2)}\n`, 0o600);
  });
}

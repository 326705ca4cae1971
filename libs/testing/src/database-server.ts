import { forgetEmbeddedPostgres, startEmbeddedPostgres, withConnection } from '@mediamesh/postgres/embedded';
import { serviceDatabaseName } from '@mediamesh/postgres';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'mediamesh-test-';

/** The PostgreSQL of one Jest run, or of one mesh. */
export interface TestServer {
  url: string;
  /** Stops it as an operator does (fast shutdown: sessions are cut); it keeps its data and its port. */
  stop(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
  /** Asks the database of a service as superuser. */
  query(service: string, sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** Asks the database of a service on a server, as the user its address names. */
export const askDatabase = (
  server: string,
  service: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> =>
  withConnection(Object.assign(new URL(server), { pathname: `/${serviceDatabaseName(service)}` }).href, (connection) =>
    connection.query(sql, [...values]),
  );

/**
 * Starts a PostgreSQL for one test run, its data in the system's temporary folder, written for speed and not for keeps.
 */
export async function startTestServer(): Promise<TestServer> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(folder, 0o755); // when root runs the tests, PostgreSQL's own user must enter it
  const options = { dataFolder: join(folder, 'postgres'), durable: false };
  let server = await startEmbeddedPostgres(options);
  const { url, port } = server;
  return {
    url,
    stop: () => server.stop(),
    start: async () => {
      server = await startEmbeddedPostgres({ ...options, port });
    },
    query: (service, sql, values) => askDatabase(url, service, sql, values),
    remove: async () => {
      await server.stop();
      await forget(folder);
    },
  };
}

async function forget(folder: string): Promise<void> {
  await forgetEmbeddedPostgres(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}

/** Servers of test runs that were killed: their folders carry the process id of a run that is no more. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (pid > 0 && !isAlive(pid)) await forget(join(tmpdir(), name));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return Reflect.get(error as object, 'code') === 'EPERM';
  }
}

import { forgetEmbeddedPostgres, startEmbeddedPostgres, withConnection } from '@mediamesh/postgres/embedded';
import { serviceDatabaseName } from '@mediamesh/postgres';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'mediamesh-test-';

/** The PostgreSQL of one Jest run, or of one mesh. */
export interface TestServer {
  url: string;
  /** Fast shutdown: sessions are cut. Data and port are kept. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Queries the database of a service as superuser. */
  query(service: string, sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

/** Queries the database of a service as the user in `server`. */
export const askDatabase = (
  server: string,
  service: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> =>
  withConnection(Object.assign(new URL(server), { pathname: `/${serviceDatabaseName(service)}` }).href, (connection) =>
    connection.query(sql, [...values]),
  );

/** Starts a PostgreSQL for one test run, in the system's temporary folder. It is fast and not durable. */
export async function startTestServer(): Promise<TestServer> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(folder, 0o755); // As root, PostgreSQL runs as another user, which must be able to enter the folder.
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

/** Removes servers of killed test runs. The folder name contains the process id of its run. */
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

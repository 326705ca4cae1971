import { withConnection, type Connection } from '@mediamesh/postgres/embedded';
import { createHash, randomBytes } from 'node:crypto';
import { readTestServerUrl } from './environment.js';

export interface TestDatabase {
  /** As superuser. */
  url: string;
  /** Drops it and closes its connections. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Name of a template database, created once per run and shared by all files that name it. */
  template?: string;
  /** Migrates the template, or without one the database. Must close its connections. */
  migrate?: (url: string) => Promise<void>;
}

const databaseUrl = (server: string, database: string): string =>
  Object.assign(new URL(server), { pathname: `/${database}` }).href;

/**
 * Creates an empty or migrated database. With a template, `migrate` runs once per name and each further database is a
 * copy, which takes tens of milliseconds. Only for `*.db.spec.ts`, because other tiers have no server.
 */
export async function createTestDatabase({ template, migrate }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = readTestServerUrl();
  if (!server) throw new Error('there is no test server: name the file *.db.spec.ts, so that it runs in the db tier');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = databaseUrl(server, name);

  if (template !== undefined) {
    const source = await prepareTemplate(server, template, migrate);
    await withConnection(server, (connection) =>
      connection.query(`create database ${name} template ${source} strategy file_copy`),
    );
  } else {
    await withConnection(server, (connection) => connection.query(`create database ${name}`));
    await migrate?.(url);
  }
  return {
    url,
    drop: async () => {
      await withConnection(server, (connection) => connection.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** Creates the template unless it exists; workers wait for each other. */
async function prepareTemplate(server: string, key: string, migrate: TestDatabaseOptions['migrate']): Promise<string> {
  const name = `template_${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
  await withConnection(server, async (connection) => {
    // Released when the connection closes.
    await connection.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
    if (await isPrepared(connection, name)) return;
    // A failed migration leaves an incomplete template.
    await connection.query(`drop database if exists ${name} with (force)`);
    await connection.query(`create database ${name}`);
    await migrate?.(databaseUrl(server, name));
    await connection.query(`comment on database ${name} is 'prepared'`);
  });
  return name;
}

async function isPrepared(connection: Connection, name: string): Promise<boolean> {
  const rows = await connection.query(
    `select 1 from pg_database where datname = $1 and shobj_description(oid, 'pg_database') = 'prepared'`,
    [name],
  );
  return rows.length > 0;
}

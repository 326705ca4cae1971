import type { Logger } from '@mediamesh/observability';
import { createDataSource } from './data-source.js';
import type { Database } from './database.js';
import type { MigrationClass } from './orm.js';

const migrationLock = 7_283_501;

/** Runs pending migrations, each in its own transaction. Concurrent processes wait for each other. */
export async function migrate({
  url,
  migrations,
  logger,
}: {
  url: string;
  migrations: readonly MigrationClass[];
  logger: Logger;
}): Promise<void> {
  const source = createDataSource({
    url,
    applicationName: 'mediamesh-migrate',
    poolSize: 2,
    logger,
    migrations,
    limits: { connect: 10_000, statement: 0 },
  });
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query('select pg_advisory_lock($1)', [migrationLock]);
    const done = await source.runMigrations({ transaction: 'each' });
    if (done.length > 0) logger.info('Migrated the database', { migrations: done.map(({ name }) => name) });
  } finally {
    // Ends the session, which releases the lock.
    await source.destroy();
  }
}

/** Whether no migration is pending. */
export async function isMigrated(database: Database, migrations: readonly MigrationClass[]): Promise<boolean> {
  const [table] = await database.query<{ known: boolean }>(`select to_regclass('migrations') is not null as known`);
  if (!table?.known) return migrations.length === 0;
  const done = new Set((await database.query<{ name: string }>('select name from migrations')).map(({ name }) => name));
  return migrations.every(({ name }) => done.has(name));
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { createTestDatabase, type TestDatabase } from '@mediamesh/testing';
import { type Database, openDatabase } from './database.js';
import { isMigrated, migrate } from './migrate.js';
import type { MigrationInterface, QueryRunner } from './orm.js';

class First1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table steps (name text not null)');
    await runner.query('select pg_sleep(0.1)');
    await runner.query(`insert into steps values ('first')`);
  }
  async down(): Promise<void> {}
}

class Second1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`insert into steps values ('second')`);
  }
  async down(): Promise<void> {}
}

class Broken1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`insert into steps values ('broken')`);
    throw new Error('this migration is broken');
  }
  async down(): Promise<void> {}
}

describe('migrations', () => {
  const migrations = [First1700000000001, Second1700000000002];
  let test: TestDatabase;
  let database: Database;

  beforeEach(async () => {
    test = await createTestDatabase();
    database = await openDatabase({ name: 'test', url: test.url, poolSize: 2, logger: silentLogger });
  });
  afterEach(async () => {
    await database.close();
    await test.drop();
  });

  const run = (list = migrations) => migrate({ url: test.url, migrations: list, logger: silentLogger });
  const steps = () =>
    database.query('select name from steps').then((rows) => rows.map((row) => (row as { name: string }).name));

  it('run once, in order, when several begin at the same time', async () => {
    expect(await isMigrated(database, migrations)).toBe(false);
    await Promise.all([run(), run(), run()]);
    await run();
    expect(await steps()).toEqual(['first', 'second']);
    expect(await isMigrated(database, migrations)).toBe(true);
  });

  it('leave nothing of one that fails, and keep those before it', async () => {
    await expect(run([...migrations, Broken1700000000003])).rejects.toThrow('this migration is broken');
    expect(await steps()).toEqual(['first', 'second']);
    expect(await isMigrated(database, [...migrations, Broken1700000000003])).toBe(false);
    await run();
  });
});

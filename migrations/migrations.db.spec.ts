import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { isMigrated, migrate, openDatabase } from '@mediamesh/postgres';
import { createTestDatabase } from '@mediamesh/testing';
import { databaseServices, migrationsOf } from './index.js';

describe.each(databaseServices)("the migrations of %s's database", (service) => {
  it('run on an empty database, shared tables first, and once', async () => {
    const test = await createTestDatabase();
    const run = () => migrate({ url: test.url, migrations: migrationsOf(service), logger: silentLogger });
    await run();
    await run();
    const database = await openDatabase({ name: service, url: test.url, poolSize: 1, logger: silentLogger });
    expect(await isMigrated(database, migrationsOf(service))).toBe(true);
    const done = await database.query<{ name: string }>('select name from migrations order by id');
    expect(done.map(({ name }) => name)).toEqual(migrationsOf(service).map(({ name }) => name));
    await database.close();
    await test.drop();
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrationsOf } from '@mediamesh/migrations';
import { silentLogger } from '@mediamesh/observability';
import { type Database, type EntityManager, migrate, openDatabase, query } from '@mediamesh/postgres';
import { createTestDatabase, type TestDatabase } from '@mediamesh/testing';
import { recordDone } from './inbox.js';

describe('recording that an event is done', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase({ template: 'search', migrate: (url) => migrate({ url, migrations: migrationsOf('search'), logger: silentLogger }) });
    database = await openDatabase({ name: 'search', url: test.url, poolSize: 2, logger: silentLogger });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  const durability = async (tx: EntityManager): Promise<string | undefined> => (await query<{ setting: string }>(tx, `select current_setting('synchronous_commit') as setting`))[0]?.setting;
  const recordOnce = (eventId: string) =>
    database.transaction(async (tx) => ({ isFirst: await recordDone(tx, 'group', eventId), durability: await durability(tx) }));

  it('waits for the disk where nothing else would bring the event again', async () => {
    const eventId = randomUUID();
    const usual = await database.transaction(durability);
    expect(await recordOnce(eventId)).toEqual({ isFirst: true, durability: usual });
    expect(usual).not.toBe('off');
    expect(await recordOnce(eventId)).toEqual({ isFirst: false, durability: usual });
  });

  it('does not wait where the event waits in the inbox, and leaves other transactions as they are', async () => {
    const eventId = randomUUID();
    await database.query(`insert into inbox (consumer, event_id, envelope) values ('group', $1, '{}')`, [eventId]);
    expect(await recordOnce(eventId)).toEqual({ isFirst: true, durability: 'off' });
    expect(await recordOnce(eventId)).toMatchObject({ isFirst: false });
    expect(await database.transaction(durability)).not.toBe('off');
  });
});

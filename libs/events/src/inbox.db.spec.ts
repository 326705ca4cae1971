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
    test = await createTestDatabase({
      template: 'search',
      migrate: (url) => migrate({ url, migrations: migrationsOf('search'), logger: silentLogger }),
    });
    database = await openDatabase({ name: 'search', url: test.url, poolSize: 2, logger: silentLogger });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  const durability = async (tx: EntityManager): Promise<string | undefined> =>
    (await query<{ setting: string }>(tx, `select current_setting('synchronous_commit') as setting`))[0]?.setting;
  // the server of the tests itself does not wait for the disk
  const inEarnest = <T>(run: (tx: EntityManager) => Promise<T>): Promise<T> =>
    database.transaction(async (tx) => {
      await query(tx, 'set local synchronous_commit = on');
      return run(tx);
    });
  const recordOnce = (eventId: string) =>
    inEarnest(async (tx) => ({ isFirst: await recordDone(tx, 'group', eventId), durability: await durability(tx) }));

  it('waits for the disk where nothing else would bring the event again', async () => {
    const eventId = randomUUID();
    expect(await recordOnce(eventId)).toEqual({ isFirst: true, durability: 'on' });
    expect(await recordOnce(eventId)).toEqual({ isFirst: false, durability: 'on' });
  });

  it('does not wait where the event waits in the inbox, and leaves other transactions as they are', async () => {
    const eventId = randomUUID();
    await database.query(`insert into inbox (consumer, event_id, envelope) values ('group', $1, '{}')`, [eventId]);
    expect(await recordOnce(eventId)).toEqual({ isFirst: true, durability: 'off' });
    expect(await recordOnce(eventId)).toMatchObject({ isFirst: false });
    expect(await inEarnest(durability)).toBe('on');
  });
});

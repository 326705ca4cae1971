import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '@mediamesh/postgres';
import { createTestDatabase, type TestDatabase } from '@mediamesh/testing';
import { DueTable } from './index.js';
import { openFor } from './fixtures/work.js';

interface Reminder {
  readonly id: number;
  readonly note: string;
}

const reminders = new DueTable<Reminder>({
  table: 'reminders',
  key: ['id'],
  columns: 'reminders.note',
  isOpen: 'reminders.sent_at is null',
  lease: 60,
});

describe('a table of what is due', () => {
  let test: TestDatabase;
  let database: Database;

  beforeEach(async () => {
    test = await createTestDatabase();
    database = await openFor(test.url);
    await database.query(
      `create table reminders (
         id integer primary key,
         note text not null,
         due_at timestamptz not null,
         attempts integer not null default 0,
         sent_at timestamptz
       )`,
    );
    await database.query(
      `insert into reminders (id, note, due_at, sent_at)
       values (1, 'late', now() - interval '1 minute', null),
              (2, 'later', now() - interval '1 hour', null),
              (3, 'not yet', now() + interval '1 hour', null),
              (4, 'done', now() - interval '1 hour', now())`,
    );
  });
  afterEach(async () => {
    await database.close();
    await test.drop();
  });

  const take = (limit = 10) => reminders.take(database.db, limit);

  it('gives what is due and open, the longest due first, and nothing of it twice', async () => {
    expect(await take(1)).toEqual([{ id: 2, note: 'later', attempts: 1 }]);
    expect(await take()).toEqual([{ id: 1, note: 'late', attempts: 1 }]);
    expect(await take()).toEqual([]);
  });

  it('passes over what another transaction is taking', async () => {
    await database.transaction(async (tx) => {
      expect(await reminders.take(tx, 1)).toHaveLength(1);
      expect((await take()).map(({ id }) => id)).toEqual([1]);
    });
  });

  it('gives a row again when its time has come again, and refuses the worker that had it before', async () => {
    const [before] = await take(1);
    await database.query('update reminders set due_at = now() where id = 2');
    const [after] = await reminders.take(database.db, 10).then((rows) => rows.filter(({ id }) => id === 2));
    expect(after).toMatchObject({ attempts: 2 });
    expect(await reminders.update(database.db, before!, 'sent_at = clock_timestamp()')).toBe(false);
    expect(await reminders.postpone(database.db, before!, 0)).toBe(false);
    expect(await reminders.update(database.db, after!, 'sent_at = clock_timestamp(), note = $1', ['sent'])).toBe(true);
  });

  it('puts a row off by some seconds', async () => {
    const [row, other] = await take();
    expect(await reminders.postpone(database.db, row!, 0)).toBe(true);
    expect(await reminders.postpone(database.db, other!, 60)).toBe(true);
    expect(await take()).toEqual([{ ...row, attempts: 2 }]);
  });
});

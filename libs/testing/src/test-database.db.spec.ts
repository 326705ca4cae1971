import { afterAll, describe, expect, it } from '@jest/globals';
import { withConnection } from '@mediamesh/postgres/embedded';
import { createTestDatabase, type TestDatabase } from './index.js';

describe('a test database', () => {
  const made: TestDatabase[] = [];
  const make = async (options?: Parameters<typeof createTestDatabase>[0]): Promise<TestDatabase> => {
    const database = await createTestDatabase(options);
    made.push(database);
    return database;
  };
  afterAll(() => Promise.all(made.map((database) => database.drop())));

  const namesIn = (database: TestDatabase): Promise<Record<string, unknown>[]> =>
    withConnection(database.url, (connection) => connection.query('select name from people'));
  const migrate = (url: string): Promise<void> =>
    withConnection(url, async (connection) => {
      await connection.query(`create table people as select 'Umm Kulthum' as name`);
    });

  it('is a copy of a template that is prepared once, also when many ask at once', async () => {
    let prepared = 0;
    const counted = async (url: string): Promise<void> => {
      prepared += 1;
      await migrate(url);
    };
    const databases = await Promise.all(
      [1, 2, 3, 4].map(() => make({ template: `once-${process.pid}`, migrate: counted })),
    );
    expect(prepared).toBe(1);
    for (const database of databases) expect(await namesIn(database)).toEqual([{ name: 'Umm Kulthum' }]);
  });

  it('does not see what another copy writes', async () => {
    const [one, other] = await Promise.all([
      make({ template: 'apart', migrate }),
      make({ template: 'apart', migrate }),
    ]);
    await withConnection(one.url, (connection) => connection.query(`insert into people values ('Fairuz')`));
    expect(await namesIn(one)).toHaveLength(2);
    expect(await namesIn(other)).toHaveLength(1);
  });

  it('prepares a template again whose migration failed', async () => {
    const template = `second-${process.pid}`;
    await expect(make({ template, migrate: () => Promise.reject(new Error('no such column')) })).rejects.toThrow(
      'no such column',
    );
    expect(await namesIn(await make({ template, migrate }))).toHaveLength(1);
  });

  it('is gone after drop, even while someone is connected', async () => {
    const database = await make({ migrate });
    await withConnection(database.url, async (connection) => {
      await connection.query('select 1');
      await database.drop();
      await expect(connection.query('select 1')).rejects.toThrow();
    });
    await expect(namesIn(database)).rejects.toThrow(/does not exist/);
  });
});

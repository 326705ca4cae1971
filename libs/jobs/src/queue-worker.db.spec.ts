import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import type { Database } from '@mediamesh/postgres';
import { createTestDatabase, eventually, type TestDatabase } from '@mediamesh/testing';
import { openFor, prepareDatabase, table, type Work } from './fixtures/work.js';
import { QueueWorker, type QueueWorkerOptions, WorkerStop } from './index.js';

describe('a queue worker', () => {
  let test: TestDatabase;
  let database: Database;
  const workers: QueueWorker<Work>[] = [];

  beforeEach(async () => {
    test = await createTestDatabase({ template: 'jobs', migrate: prepareDatabase });
    database = await openFor(test.url);
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await database.close();
    await test.drop();
  });

  const startWorker = (options: Partial<QueueWorkerOptions<Work>>): QueueWorker<Work> => {
    const worker = new QueueWorker<Work>({
      name: 'test.work',
      database,
      every: 50,
      logger: silentLogger,
      take: (holder) => table.take(database.db, holder),
      handle: (row) => table.update(database.db, row, `status = 'completed'`),
      ...options,
    });
    workers.push(worker);
    void worker.start();
    return worker;
  };
  const queue = (count: number) =>
    database.query('insert into work (id) select n from generate_series(1, $1::integer) n', [count]);
  const countOf = async (status: string): Promise<number> =>
    (await database.query<{ n: number }>('select count(*) as n from work where status = $1', [status]))[0]!.n;

  it('works on every row once, whoever else takes from the queue', async () => {
    const handled: string[] = [];
    await queue(60);
    for (let n = 0; n < 3; n += 1)
      startWorker({
        concurrency: 4,
        handle: async (row) => {
          handled.push(row.id);
          await table.update(database.db, row, `status = 'completed'`);
        },
      });
    await eventually(
      () => countOf('completed'),
      (count) => count === 60,
      'all is done',
    );
    expect(new Set(handled).size).toBe(handled.length);
  });

  it('works on no more rows at a time than it was told, and goes on when one fails', async () => {
    await queue(20);
    let most = 0;
    let now = 0;
    const { promise: together, resolve: areThree } = Promise.withResolvers<void>();
    startWorker({
      concurrency: 3,
      handle: async (row) => {
        now += 1;
        most = Math.max(most, now);
        if (now === 3) areThree();
        await together;
        await table.update(database.db, row, `status = 'completed'`);
        now -= 1;
        throw new Error('afterwards');
      },
    });
    await eventually(
      () => countOf('completed'),
      (count) => count === 20,
      'all is done',
    );
    expect(most).toBe(3);
  });

  it('deals with orphans before it looks for rows', async () => {
    await queue(1);
    await database.query(`update work set status = 'running', worker = gen_random_uuid()`);
    startWorker({
      recover: (holder) =>
        database.transaction(async (tx) => {
          for (const row of await table.findOrphans(tx, holder)) await table.update(tx, row, `status = 'failed'`);
        }),
    });
    await eventually(
      () => countOf('failed'),
      (count) => count === 1,
      'it is marked',
    );
  });

  it('takes up again what it left behind because the end could not be written', async () => {
    await queue(1);
    let tries = 0;
    startWorker({
      take: (holder) => table.take(database.db, holder, { orphans: true }),
      handle: async (row) => {
        tries += 1;
        if (tries === 1) throw new Error('the database is away');
        await table.update(database.db, row, `status = 'completed'`);
      },
    });
    await eventually(
      () => countOf('completed'),
      (count) => count === 1,
      'it is done',
    );
    expect(tries).toBe(2);
  });

  it('stops in order: takes nothing more, tells its work why, and waits for it', async () => {
    await queue(2);
    const reasons: unknown[] = [];
    const worker = startWorker({
      handle: async (row, stop) => {
        await new Promise((resolve) => stop.addEventListener('abort', resolve));
        reasons.push(stop.reason);
        await table.update(database.db, row, `status = 'queued', worker = null`);
      },
    });
    await eventually(
      () => worker.running,
      (running) => running === 1,
      'it works',
    );
    await worker.stop();
    expect(reasons).toEqual([expect.any(WorkerStop)]);
    expect(await countOf('queued')).toBe(2);
  });
});

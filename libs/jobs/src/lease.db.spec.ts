import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import type { Database } from '@mediamesh/postgres';
import { withConnection } from '@mediamesh/postgres/embedded';
import { createTestDatabase, eventually, OwnProcess, takesLessThan, type TestDatabase } from '@mediamesh/testing';
import { openFor, prepareDatabase, startWriting, table, type Work } from './fixtures/work.js';
import { isLeaseFree, Lease, LeaseLost, type QueueWorker } from './index.js';

const silence = 900;

describe('a lease', () => {
  let test: TestDatabase;
  let database: Database;
  const ends: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    test = await createTestDatabase({ template: 'jobs', migrate: prepareDatabase });
    database = await openFor(test.url);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await database.close();
    await test.drop();
  });

  const readWork = async (): Promise<Work & { status: string }> =>
    (await database.query<Work & { status: string }>('select id, status, worker, writes from work'))[0]!;

  /** A process that works on the only row. */
  const spawnWriting = async (longest: number): Promise<OwnProcess> => {
    await database.query('truncate work');
    await database.query('insert into work (id) values (1)');
    const child = new OwnProcess(process.execPath, [
      '--import',
      join(import.meta.dirname, '../../outbox/src/fixtures/swc-hooks.mjs'),
      join(import.meta.dirname, 'fixtures/writing-process.ts'),
      test.url,
      String(longest),
    ]);
    ends.push(() => child.stop());
    await eventually(readWork, ({ writes }) => writes > 2, 'the process works on its row', { timeoutMs: 60_000 });
    return child;
  };

  const startHere = (): { worker: QueueWorker<Work>; lines: string[] } => {
    const lines: string[] = [];
    const worker = startWriting(database, silence, (line) => lines.push(line));
    ends.push(() => worker.stop());
    return { worker, lines };
  };

  it('ends the moment its process is killed, and another takes over at once', async () => {
    await takesLessThan(
      3_000,
      async ({ child, lines }) => {
        await child.kill();
        await eventually(
          () => lines,
          (all) => all.includes('took 1'),
          'the other one took over',
        );
      },
      async () => {
        await Promise.all(ends.splice(0).map((end) => end()));
        // such a process would be taken for dead only after a minute of silence
        const child = await spawnWriting(60_000);
        return { child, ...startHere() };
      },
    );
  });

  it('is left to a process that lives', async () => {
    await spawnWriting(60_000);
    const { worker } = await readWork();
    const { lines } = startHere();
    const writes = async (): Promise<number> => (await readWork()).writes;
    const before = await writes();
    await eventually(writes, (now) => now > before + 20, 'the other one has looked several times');
    expect([(await readWork()).worker, lines]).toEqual([worker, []]);
  });

  it('ends when its process is frozen, which can write nothing when it thaws', async () => {
    const child = await spawnWriting(silence);
    const { worker } = await readWork();
    child.freeze();
    const { lines } = startHere();
    await eventually(
      () => lines,
      (all) => all.includes('took 1'),
      'the other one took over',
    );
    child.continue();
    await eventually(
      () => child.output,
      (output) => output.includes('LeaseLost'),
      'the one that thawed is refused',
    );
    expect((await readWork()).worker).not.toBe(worker);
    expect(lines).toEqual(['took 1']);
  });

  it('refuses a holder whose row others took, whatever its session says', async () => {
    await database.query('insert into work (id) values (1)');
    const lease = await Lease.take({ database, logger: silentLogger });
    ends.push(() => lease.release());
    const row = (await table.take(database.db, { id: lease.id, rows: [] }))!;
    await table.update(database.db, row, 'writes = writes + $3', [5]);
    await database.query('update work set worker = gen_random_uuid()');
    await expect(table.update(database.db, row, 'writes = 0')).rejects.toBeInstanceOf(LeaseLost);
    await expect(database.transaction((tx) => table.requireHeld(tx, row))).rejects.toBeInstanceOf(LeaseLost);
    expect(await readWork()).toMatchObject({ writes: 5 });
  });

  const isFree = async ({ id }: Lease): Promise<boolean> =>
    (await database.query<{ free: boolean }>(`select ${isLeaseFree('$1')} as free`, [id]))[0]!.free;
  const breakSessions = () =>
    database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like '%-side'`,
    );

  it('is restored under the same id when its session breaks', async () => {
    const lease = await Lease.take({ database, logger: silentLogger, silence });
    ends.push(() => lease.release());
    expect(await isFree(lease)).toBe(false);
    await breakSessions();
    await eventually(
      () => isFree(lease),
      (free) => !free,
      'it is held again',
    );
    expect(lease.lost.aborted).toBe(false);
    await lease.release();
    expect(await isFree(lease)).toBe(true);
  });

  it('is lost, and says so, when no session can be had any more', async () => {
    const lease = await Lease.take({ database, logger: silentLogger, silence });
    const server = Object.assign(new URL(test.url), { pathname: '/postgres' }).href;
    await withConnection(server, (connection) =>
      connection.query(`alter database ${new URL(test.url).pathname.slice(1)} allow_connections false`),
    );
    await breakSessions();
    await eventually(
      () => lease.lost,
      ({ aborted, reason }) => aborted && reason instanceof LeaseLost,
      'it is lost',
    );
    await lease.release();
  });
});

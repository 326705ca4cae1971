import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventBus, type EventRecord, RecordRefused } from '@mediamesh/events';
import { createMetrics, silentLogger } from '@mediamesh/observability';
import { type Database, query } from '@mediamesh/postgres';
import { createTestDatabase, eventually, type TestDatabase } from '@mediamesh/testing';
import { counted, openFor, prepareDatabase, startCounting } from './fixtures/counting.js';
import { Outbox } from './outbox.js';
import { type Relay, startRelay } from './relay.js';

/** A bus that keeps what it takes, and may be away or refuse single events. */
class KeepingBus extends EventBus {
  readonly taken: number[] = [];
  /** How many events each call offered. */
  readonly calls: number[] = [];
  away = false;
  refused: number | undefined;

  publish(records: readonly EventRecord[]): Promise<void> {
    this.calls.push(records.length);
    if (this.away) return Promise.reject(new Error('connection refused'));
    const numbers = records.map(({ envelope }) => counted.payload.parse(envelope.data).n);
    const bad = records[numbers.indexOf(this.refused ?? Number.NaN)];
    if (bad) return Promise.reject(new RecordRefused(bad.envelope.id, 'too large for the broker'));
    this.taken.push(...numbers);
    return Promise.resolve();
  }
  subscribe(): void {}
  start(): Promise<void> {
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A bus that has time for so many events of a call: they arrive, but a call with more fails as a whole. */
class SlowBus extends KeepingBus {
  constructor(private readonly most: number) {
    super();
  }

  override async publish(records: readonly EventRecord[]): Promise<void> {
    await super.publish(records.slice(0, this.most));
    if (records.length > this.most) throw new Error('The brokers did not answer in time');
  }
}

describe('the relay', () => {
  let test: TestDatabase;
  let database: Database;
  const relays: Relay[] = [];
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    test = await createTestDatabase({ template: 'counting', migrate: prepareDatabase });
    database = await openFor(test.url);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(relays.splice(0).map((relay) => relay.close(500)));
    await database.close();
    await test.drop();
  });

  const start = (bus: EventBus, silence?: number): { outbox: Outbox; relay: Relay } => {
    const outbox = new Outbox({ database, app: 'cms-service' });
    const relay = startRelay({
      database,
      outbox,
      bus,
      logger: silentLogger,
      metrics: createMetrics('cms-service'),
      silence,
    });
    relays.push(relay);
    return { outbox, relay };
  };
  const append = (outbox: Outbox, n: number, key = 'a') =>
    database.transaction((tx) => outbox.append(tx, counted, { key, n }));
  const unsent = async (): Promise<number> =>
    (
      await database.query<{ n: number }>(
        'select count(*) as n from outbox where sent_at is null and parked_at is null',
      )
    )[0]?.n ?? 0;
  const effectsOf = async (key: string): Promise<number[]> =>
    (await database.query<{ n: number }>('select n from effects where key = $1 order by place', [key])).map(
      ({ n }) => n,
    );
  const countEffects = async (): Promise<number> =>
    (await database.query<{ n: number }>('select count(*) as n from effects'))[0]?.n ?? 0;

  it('sends what commits, and nothing that is rolled back', async () => {
    const bus = new KeepingBus();
    const { outbox } = start(bus);
    await expect(
      database.transaction(async (tx) => {
        await outbox.append(tx, counted, { key: 'a', n: 1 });
        throw new Error('changed its mind');
      }),
    ).rejects.toThrow('changed its mind');
    await append(outbox, 2);
    await eventually(unsent, (rows) => rows === 0, 'all is sent');
    expect(bus.taken).toEqual([2]);
  });

  it('sends an event that was written first and committed last', async () => {
    const bus = new KeepingBus();
    const { outbox } = start(bus);
    const gate = Promise.withResolvers<void>();
    const late = database.transaction(async (tx) => {
      await outbox.append(tx, counted, { key: 'late', n: 1 });
      await gate.promise;
    });
    await append(outbox, 2, 'early');
    await eventually(
      () => bus.taken,
      (taken) => taken.length === 1,
      'the early one is sent',
    );
    gate.resolve();
    await late;
    await eventually(
      () => bus.taken,
      (taken) => taken.length === 2,
      'the late one is sent too',
    );
    expect(bus.taken).toEqual([2, 1]);
  });

  it('sends what was committed late before what follows it, also while other batches are on their way', async () => {
    const bus = new KeepingBus();
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const publish = bus.publish.bind(bus);
    let calls = 0;
    bus.publish = async (records) => {
      calls += 1;
      if (calls === 1) await first.promise;
      if (calls === 2) await second.promise;
      await publish(records);
    };
    const outbox = new Outbox({ database, app: 'cms-service' });
    const gate = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const late = database.transaction(async (tx) => {
      await outbox.append(tx, counted, { key: 'late', n: -2 });
      written.resolve();
      await gate.promise;
    });
    await written.promise;
    // more than one batch
    await database.transaction((tx) =>
      outbox.appendMany(
        tx,
        counted,
        Array.from({ length: 5_001 }, (_, n) => ({ key: 'many', n })),
      ),
    );
    const hasReadAhead = (begun: number) => async () => {
      const [row] = await database.query<{ n: number }>(
        `select count(*) as n
         from pg_stat_activity
         where datname = current_database() and state = 'idle'
         and query like '%id <> all%' and pid <> pg_backend_pid()
         and extract(epoch from query_start) > $1`,
        [begun],
      );
      return row?.n === 1 && calls;
    };
    const now = async () =>
      (await database.query<{ now: number }>('select extract(epoch from clock_timestamp())::float8 as now'))[0]?.now ??
      0;

    // signs of life would take the place of what the session asked last
    start(bus, 60_000);
    await eventually(
      () => calls,
      (count) => count === 1,
      'the first batch is on its way',
    );
    await eventually(hasReadAhead(0), (count) => count === 1, 'the second is read');
    gate.resolve();
    await late;
    await append(outbox, -1, 'late');
    const begun = await now();
    first.resolve();
    await eventually(hasReadAhead(begun), (count) => count === 2, 'the second is on its way, and the third is read');
    second.resolve();
    await eventually(unsent, (rows) => rows === 0, 'all is sent');
    expect(bus.taken.filter((n) => n < 0)).toEqual([-2, -1]);
    expect(bus.taken).toHaveLength(5_003);
  });

  it('keeps the order of each aggregate under fifty writers and two relays', async () => {
    const [one, two] = await Promise.all([startCounting(test.url), startCounting(test.url)]);
    const write = async (writer: number): Promise<void> => {
      for (let turn = 0; turn < 6; turn += 1) await (writer % 2 ? one : two).count(`key ${writer % 5}`);
    };
    await Promise.all(Array.from({ length: 50 }, (_, writer) => write(writer)));
    await eventually(countEffects, (effects) => effects === 300, 'all were handled', { timeoutMs: 60_000 });
    for (let key = 0; key < 5; key += 1)
      expect(await effectsOf(`key ${key}`)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
    await Promise.all([one.close(), two.close()]);
  });

  it('sets aside an event that the bus refuses, with the reason, and goes on', async () => {
    const bus = new KeepingBus();
    bus.refused = 2;
    const { outbox } = start(bus);
    await database.transaction((tx) =>
      outbox.appendMany(
        tx,
        counted,
        [1, 2, 3].map((n) => ({ key: 'a', n })),
      ),
    );
    await eventually(unsent, (rows) => rows === 0, 'nothing is left to send');
    expect(bus.taken).toEqual([1, 3]);
    expect(await database.query('select parked_reason as reason from outbox where parked_at is not null')).toEqual([
      { reason: 'too large for the broker' },
    ]);
  });

  it('waits for a bus that is away, parks nothing and then sends all in order', async () => {
    const bus = new KeepingBus();
    bus.away = true;
    const { outbox } = start(bus);
    for (let n = 1; n <= 5; n += 1) await append(outbox, n);
    await eventually(unsent, (rows) => rows === 5, 'all five wait');
    bus.away = false;
    await eventually(unsent, (rows) => rows === 0, 'all is sent');
    expect(bus.taken).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([1, 700])(
    'sends everything, in order and without end of repeating, to a bus that has time for %i events of a call',
    async (most) => {
      const bus = new SlowBus(most);
      const numbers = Array.from({ length: 2 * most + 3 }, (_, n) => n);
      const { outbox } = start(bus);
      await database.transaction((tx) =>
        outbox.appendMany(
          tx,
          counted,
          numbers.map((n) => ({ key: 'a', n })),
        ),
      );
      await eventually(unsent, (rows) => rows === 0, 'all is sent');
      expect([...new Set(bus.taken)]).toEqual(numbers);
      // what comes again comes from the first on, and no number is passed over
      for (const [at, n] of bus.taken.entries()) expect(n).toBeLessThanOrEqual((bus.taken[at - 1] ?? -1) + 1);
    },
  );

  it('offers more and more again once the bus takes what it is offered', async () => {
    const bus = new KeepingBus();
    bus.away = true;
    const { outbox } = start(bus);
    await append(outbox, 0);
    await eventually(
      () => bus.calls,
      (calls) => calls.length > 2,
      'it was tried several times',
    );
    bus.away = false;
    await database.transaction((tx) =>
      outbox.appendMany(
        tx,
        counted,
        Array.from({ length: 10_000 }, (_, n) => ({ key: 'a', n: n + 1 })),
      ),
    );
    await eventually(unsent, (rows) => rows === 0, 'all is sent');
    expect(Math.max(...bus.calls)).toBeGreaterThan(1_000);
  });

  it('goes on when the server ends its sessions', async () => {
    const bus = new KeepingBus();
    const { outbox } = start(bus);
    await append(outbox, 1);
    await eventually(
      () => bus.taken,
      (taken) => taken.length === 1,
      'the first is sent',
    );
    await database.query(
      `select pg_terminate_backend(pid)
       from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await append(outbox, 2);
    await eventually(
      () => bus.taken,
      (taken) => taken.includes(2),
      'the second is sent',
    );
  });

  it('drains when it closes', async () => {
    const bus = new KeepingBus();
    const { outbox, relay } = start(bus);
    await database.transaction((tx) =>
      outbox.appendMany(
        tx,
        counted,
        Array.from({ length: 1_200 }, (_, n) => ({ key: 'a', n })),
      ),
    );
    await relay.close(60_000);
    expect(bus.taken.length).toBe(1_200);
  });

  it('closes in time although the bus takes nothing', async () => {
    const bus = new KeepingBus();
    bus.publish = () => new Promise(() => undefined);
    const { outbox, relay } = start(bus);
    await append(outbox, 1);
    await relay.close(200);
    expect(await unsent()).toBe(1);
  });

  const spawnCounting = async (...args: string[]): Promise<{ child: ChildProcess; lines: string[] }> => {
    const folder = fileURLToPath(new URL('./fixtures/', import.meta.url));
    const child = spawn(
      process.execPath,
      ['--import', `${folder}swc-hooks.mjs`, `${folder}counting-process.ts`, test.url, ...args],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.push(child);
    const lines: string[] = [];
    createInterface({ input: child.stdout! }).on('line', (line) => lines.push(line));
    await eventually(
      () => lines,
      (all) => all.includes('ready'),
      'the process is up',
      { timeoutMs: 60_000 },
    );
    return { child, lines };
  };

  it('loses nothing and doubles nothing when its process is killed at ten random points', async () => {
    for (let kill = 0; kill < 10; kill += 1) {
      const { child, lines } = await spawnCounting('count');
      await eventually(
        () => lines,
        (all) => all.length > 5,
        'it has acknowledged five',
      );
      await delay(Math.random() * 150);
      child.kill('SIGKILL');
      await once(child, 'close');
      const acknowledged = lines.filter((line) => line !== 'ready').map((line) => line.split(' '));
      for (const [key, n] of acknowledged) {
        const [row] = await query<{ n: number }>(database.db, 'select n from counters where key = $1', [key]);
        expect(row?.n).toBeGreaterThanOrEqual(Number(n));
      }
    }
    const counting = await startCounting(test.url);
    const [total] = await database.query<{ n: number }>('select sum(n) as n from counters');
    expect(total?.n).toBeGreaterThan(40);
    await eventually(countEffects, (effects) => effects === total?.n, 'every commit had its effect', {
      timeoutMs: 60_000,
    });
    for (const { key, n } of await database.query<{ key: string; n: number }>('select key, n from counters')) {
      expect(await effectsOf(key)).toEqual(Array.from({ length: n }, (_, index) => index + 1));
    }
    await counting.close();
  });

  it('gives its place to another when it freezes, and repeats nothing when it thaws', async () => {
    const { child } = await spawnCounting('watch', '900');
    const counting = await startCounting(test.url, 900);
    await counting.count('a');
    await eventually(
      () => effectsOf('a'),
      (effects) => effects.length === 1,
      'the first relay works',
    );
    child.kill('SIGSTOP');
    for (let n = 0; n < 5; n += 1) await counting.count('a');
    await eventually(
      () => effectsOf('a'),
      (effects) => effects.length === 6,
      'the second relay took over',
    );
    child.kill('SIGCONT');
    for (let n = 0; n < 5; n += 1) await counting.count('a');
    await eventually(
      () => effectsOf('a'),
      (effects) => effects.length === 11,
      'all goes on',
    );
    expect(await effectsOf('a')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    await counting.close();
  });
});

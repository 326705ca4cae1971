import { randomUUIDv7 } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { dataschemaOf, defineEvent, unavailable } from '@mediamesh/contracts';
import { createMetrics, silentLogger } from '@mediamesh/observability';
import { type Database, execute, query } from '@mediamesh/postgres';
import { eventually } from '@mediamesh/testing';
import { z } from 'zod';
import type { Consumer } from './consumer.js';
import { createSubscription } from './delivery.js';
import type { EventBus, EventRecord } from './event-bus.js';
import type { EventContext } from './event-context.js';

const happened = defineEvent('content.created', {
  version: 1,
  topic: 'content.events',
  payload: z.object({ key: z.string(), n: z.int() }),
  subject: ({ key }) => key,
});
type Happened = z.output<typeof happened.payload>;

const factOf = (key: string, n: number, data: unknown = { key, n }): EventRecord => ({
  topic: happened.topic,
  envelope: { id: randomUUIDv7(), type: happened.type, source: 'cms-service', subject: key, time: new Date().toISOString(), dataschema: dataschemaOf(happened), partitionkey: key, data },
});

/** A bus and what it keeps. */
export interface BusWorld {
  /** A consumer's database, with the shared tables. */
  readonly database: Database;
  /** A fresh bus over the same storage; a second call is what happens after a restart. */
  openBus(): EventBus;
  close(): Promise<void>;
}

/** The promise of {@link EventBus}, to be kept by every adapter. */
export function describeEventBus(name: string, createWorld: () => Promise<BusWorld>): void {
  describe(`${name} as an event bus`, () => {
    jest.setTimeout(30_000);
    let world: BusWorld;
    let bus: EventBus;
    const opened: EventBus[] = [];

    const openBus = (): EventBus => {
      const fresh = world.openBus();
      opened.push(fresh);
      return fresh;
    };

    beforeEach(async () => {
      world = await createWorld();
      await query(world.database.db, 'create table effects (event_id uuid not null, consumer text not null, key text not null, n integer not null, place bigint generated always as identity)');
      bus = openBus();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((each) => each.close()));
      await world.close();
    });

    /** Subscribes a group whose handler is the function given, or one that writes a row for each event it sees. */
    const consume = (on: EventBus, consumer: string, options: Partial<Pick<Consumer, 'effects' | 'broadcast' | 'deadline'>> & { handle?: (payload: Happened, context: EventContext) => Promise<void> } = {}): void => {
      const { handle = writeEffect(consumer), effects = 'database', broadcast = false, deadline = 5_000 } = options;
      const handlers = new Map([[happened.type, { event: happened, handle: (payload: unknown, context: EventContext) => handle(happened.payload.parse(payload), context) }]]);
      const group = `search-service.${consumer}`;
      on.subscribe(createSubscription({ app: 'search-service', group, effects, broadcast, deadline, handlers, database: broadcast ? undefined : world.database }, { logger: silentLogger, metrics: createMetrics('search-service') }));
    };
    const writeEffect = (consumer: string) => async (payload: Happened, { tx, envelope }: EventContext) => {
      await execute(tx, 'insert into effects (event_id, consumer, key, n) values ($1, $2, $3, $4)', [envelope.id, consumer, payload.key, payload.n]);
    };
    const effectsOf = (consumer: string, key?: string) =>
      world.database
        .query<{ n: number }>('select n from effects where consumer = $1 and ($2::text is null or key = $2) order by place', [consumer, key ?? null])
        .then((rows) => rows.map(({ n }) => n));
    const countDeadLetters = () => world.database.query<{ n: number }>('select count(*) as n from dead_letters').then(([row]) => row?.n ?? 0);

    it('delivers what it acknowledged to every group', async () => {
      consume(bus, 'one');
      consume(bus, 'two');
      await bus.start();
      await bus.publish([factOf('a', 1), factOf('b', 2)]);
      for (const consumer of ['one', 'two']) await eventually(() => effectsOf(consumer), (seen) => seen.length === 2, `group ${consumer} saw both`);
    });

    it('keeps the order of a key, also across calls and when a handler is slow', async () => {
      consume(bus, 'one', {
        handle: async (payload, context) => {
          await delay(payload.n % 3);
          await writeEffect('one')(payload, context);
        },
      });
      await bus.start();
      for (let n = 0; n < 40; n += 2) await bus.publish([factOf('a', n), factOf('b', n), factOf('a', n + 1)]);
      await eventually(() => effectsOf('one'), (seen) => seen.length === 60, 'all were handled');
      expect(await effectsOf('one', 'a')).toEqual(Array.from({ length: 40 }, (_, n) => n));
    });

    it('lets other keys go on while one key is slow', async () => {
      const gate = Promise.withResolvers<void>();
      consume(bus, 'one', {
        handle: async (payload, context) => {
          if (payload.key === 'slow') await gate.promise;
          await writeEffect('one')(payload, context);
        },
      });
      await bus.start();
      await bus.publish([factOf('slow', 1), factOf('quick', 2)]);
      await eventually(() => effectsOf('one', 'quick'), (seen) => seen.length === 1, 'the quick key was handled');
      expect(await effectsOf('one', 'slow')).toEqual([]);
      gate.resolve();
    });

    it('delivers again after a handler failed, before anything else of the key', async () => {
      let failures = 0;
      consume(bus, 'one', {
        handle: async (payload, context) => {
          await writeEffect('one')(payload, context);
          if (payload.n === 1 && failures++ < 2) throw new Error('not yet');
        },
      });
      await bus.start();
      await bus.publish([factOf('a', 1), factOf('a', 2)]);
      await eventually(() => effectsOf('one'), (seen) => seen.length === 2, 'both were handled');
      expect(await effectsOf('one')).toEqual([1, 2]);
      expect(failures).toBe(3);
    });

    it('does not hold up a group while another one fails', async () => {
      consume(bus, 'failing', { handle: () => Promise.reject(unavailable('request.unavailable')) });
      consume(bus, 'healthy');
      await bus.start();
      for (let n = 0; n < 5; n += 1) await bus.publish([factOf('a', n)]);
      await eventually(() => effectsOf('healthy'), (seen) => seen.length === 5, 'the healthy group saw all');
    });

    it('sets aside what can never be handled, with the reason, and goes on', async () => {
      consume(bus, 'one', {
        handle: async (payload, context) => {
          if (payload.n === 2) throw new Error('this one is poison');
          await writeEffect('one')(payload, context);
        },
      });
      await bus.start();
      await bus.publish([factOf('a', 1), factOf('a', 2), factOf('a', 3, { key: 'a', n: 'three' }), factOf('a', 4)]);
      await eventually(() => effectsOf('one'), (seen) => seen.length === 2, 'the others were handled', { timeoutMs: 15_000 });
      expect(await effectsOf('one')).toEqual([1, 4]);
      const letters = await world.database.query<{ error: string; attempts: number }>('select error, attempts from dead_letters order by id');
      expect(letters).toEqual([
        { error: 'Error: this one is poison', attempts: 5 },
        { error: expect.stringContaining('payload is not valid'), attempts: 1 },
      ]);
    });

    it('pauses while something a handler needs is down, and counts no try', async () => {
      let down = true;
      let calls = 0;
      consume(bus, 'one', {
        handle: async (payload, context) => {
          calls += 1;
          if (down) throw unavailable('request.unavailable');
          await writeEffect('one')(payload, context);
        },
      });
      await bus.start();
      await bus.publish([factOf('a', 1)]);
      await eventually(() => calls, (count) => count >= 4, 'it was tried several times');
      expect(await countDeadLetters()).toBe(0);
      down = false;
      await eventually(() => effectsOf('one'), (seen) => seen.length === 1, 'it was handled in the end');
      expect(await countDeadLetters()).toBe(0);
    });

    it('gives up a handler at its deadline, and nothing of it happens later', async () => {
      const gate = Promise.withResolvers<void>();
      const writes: Promise<void>[] = [];
      consume(bus, 'one', {
        deadline: 100,
        handle: async (payload, context) => {
          const write = (writes.length === 0 ? gate.promise : Promise.resolve()).then(() => writeEffect('one')(payload, context));
          writes.push(write);
          await write;
        },
      });
      await bus.start();
      await bus.publish([factOf('a', 1)]);
      await eventually(() => effectsOf('one'), (seen) => seen.length === 1, 'the second try did it');
      gate.resolve();
      expect((await Promise.allSettled(writes)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
      expect(await effectsOf('one')).toEqual([1]);
    });

    it('finds what waits after a restart and works it in order', async () => {
      consume(bus, 'one', { handle: () => Promise.reject(unavailable('request.unavailable')) });
      await bus.start();
      for (let n = 0; n < 10; n += 1) await bus.publish([factOf('a', n), factOf(`b${n}`, n)]);
      await bus.close();
      const restarted = openBus();
      consume(restarted, 'one');
      await restarted.start();
      await restarted.publish([factOf('a', 10)]);
      await eventually(() => effectsOf('one'), (seen) => seen.length === 21, 'all were handled');
      expect(await effectsOf('one', 'a')).toEqual(Array.from({ length: 11 }, (_, n) => n));
    });

    it('waits for handlers under way when it closes, and begins no others', async () => {
      let running = 0;
      let begun = 0;
      consume(bus, 'one', {
        handle: async (payload, context) => {
          begun += 1;
          running += 1;
          await delay(50);
          await writeEffect('one')(payload, context);
          running -= 1;
        },
      });
      await bus.start();
      await bus.publish([factOf('a', 1), factOf('a', 2), factOf('a', 3)]);
      await eventually(() => running, (count) => count === 1, 'the first is under way');
      await bus.close();
      expect({ running, begun }).toEqual({ running: 0, begun: 1 });
      expect(await effectsOf('one')).toEqual([1]);
    });

    it('tells a broadcast to every listener, and forgets it', async () => {
      const heard: string[] = [];
      consume(bus, 'cache', { broadcast: true, handle: async ({ n }) => void heard.push(`cache ${n}`) });
      await bus.start();
      await bus.publish([factOf('a', 1), factOf('a', 2)]);
      await eventually(() => heard, (all) => all.length === 2, 'the cache heard both');
      expect(heard).toEqual(['cache 1', 'cache 2']);
      expect(await world.database.query('select 1 from inbox')).toEqual([]);
    });

    it('handles an event once however often it is published', async () => {
      consume(bus, 'one');
      consume(bus, 'two', { effects: 'elsewhere', handle: async ({ key, n }, { envelope }) => void (await execute(world.database.db, 'insert into effects (event_id, consumer, key, n) values ($1, $2, $3, $4)', [envelope.id, 'two', key, n])) });
      await bus.start();
      const records = Array.from({ length: 20 }, (_, n) => factOf(`k${n % 3}`, n));
      await Promise.all(Array.from({ length: 5 }, () => bus.publish(records)));
      await eventually(() => effectsOf('one'), (seen) => seen.length >= 20, 'all were handled');
      await bus.publish(records);
      await bus.publish([factOf('end', 99)]);
      for (const consumer of ['one', 'two']) {
        await eventually(() => effectsOf(consumer), (seen) => seen.includes(99), 'the last one was handled');
        expect((await effectsOf(consumer)).length).toBe(21);
      }
    });

    it('takes from fifty writers at once and keeps each one’s order', async () => {
      consume(bus, 'one');
      await bus.start();
      const write = async (writer: number): Promise<void> => {
        for (let n = 0; n < 10; n += 1) await bus.publish([factOf(`w${writer}`, n)]);
      };
      await Promise.all(Array.from({ length: 50 }, (_, writer) => write(writer)));
      await eventually(() => effectsOf('one'), (seen) => seen.length === 500, 'all were handled', { timeoutMs: 20_000 });
      for (let writer = 0; writer < 50; writer += 1) expect(await effectsOf('one', `w${writer}`)).toEqual(Array.from({ length: 10 }, (_, n) => n));
    });

    it('lets other keys go on while one key is flooded and stands still', async () => {
      const gate = Promise.withResolvers<void>();
      const seen: Happened[] = [];
      consume(bus, 'one', {
        effects: 'elsewhere',
        deadline: 20_000,
        handle: async (payload) => {
          if (payload.key === 'flood') await gate.promise;
          seen.push(payload);
        },
      });
      await bus.start();
      for (let batch = 0; batch < 6; batch += 1) await bus.publish(Array.from({ length: 500 }, (_, n) => factOf('flood', batch * 500 + n)));
      await bus.publish([factOf('other', 1)]);
      await eventually(() => seen, (all) => all.length === 1, 'the other key was handled');
      expect(seen).toEqual([{ key: 'other', n: 1 }]);
      gate.resolve();
      await bus.publish([factOf('flood', 3_000)]);
      await eventually(() => seen.length, (count) => count === 3_002, 'the flood was worked off', { timeoutMs: 25_000 });
      expect(seen.slice(1).map(({ n }) => n)).toEqual(Array.from({ length: 3_001 }, (_, n) => n));
    });

    it('works off a flood larger than its memory, in order', async () => {
      const gate = Promise.withResolvers<void>();
      const seen: number[] = [];
      consume(bus, 'one', {
        effects: 'elsewhere',
        handle: async ({ key, n }) => {
          await gate.promise;
          if (key === 'k0') seen.push(n);
        },
      });
      await bus.start();
      for (let batch = 0; batch < 8; batch += 1) await bus.publish(Array.from({ length: 500 }, (_, n) => factOf(`k${n % 20}`, batch * 500 + n)));
      gate.resolve();
      await eventually(() => seen.length, (count) => count === 200, 'all of one key were handled', { timeoutMs: 25_000 });
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
    });
  });
}

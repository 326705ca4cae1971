import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dataschemaOf, unavailable } from '@mediamesh/contracts';
import { execute } from '@mediamesh/postgres';
import { eventually } from '@mediamesh/testing';
import type { EventBus } from './event-bus.js';
import { BusBench, type BusWorld, factOf, happened, type Happening } from './fixtures/bus-bench.js';

/** The promise of {@link EventBus}, to be kept by every adapter. */
export function describeEventBus(name: string, createWorld: () => Promise<BusWorld>): void {
  describe(`${name} as an event bus`, () => {
    let bench: BusBench;
    let bus: EventBus;

    beforeEach(async () => {
      bench = await BusBench.set(await createWorld());
      bus = bench.openBus();
    });
    afterEach(() => bench.close());

    it('delivers what it acknowledged to every group', async () => {
      bench.consume(bus, 'one');
      bench.consume(bus, 'two');
      await bus.start();
      await bus.publish([factOf('a', 1), factOf('b', 2)]);
      for (const consumer of ['one', 'two'])
        await eventually(
          () => bench.effectsOf(consumer),
          (seen) => seen.length === 2,
          `group ${consumer} saw both`,
        );
    });

    it('keeps the order of a key, also across calls and when a handler is slow', async () => {
      bench.consume(bus, 'one', {
        handle: async (payload, context) => {
          await delay(payload.n % 3);
          await bench.writeEffect('one')(payload, context);
        },
      });
      await bus.start();
      for (let n = 0; n < 40; n += 2) await bus.publish([factOf('a', n), factOf('b', n), factOf('a', n + 1)]);
      await eventually(
        () => bench.effectsOf('one'),
        (seen) => seen.length === 60,
        'all were handled',
      );
      expect(await bench.effectsOf('one', 'a')).toEqual(Array.from({ length: 40 }, (_, n) => n));
    });

    it('lets other keys go on while one key is slow', async () => {
      const gate = Promise.withResolvers<void>();
      bench.consume(bus, 'one', {
        handle: async (payload, context) => {
          if (payload.key === 'slow') await gate.promise;
          await bench.writeEffect('one')(payload, context);
        },
      });
      await bus.start();
      await bus.publish([factOf('slow', 1), factOf('quick', 2)]);
      await eventually(
        () => bench.effectsOf('one', 'quick'),
        (seen) => seen.length === 1,
        'the quick key was handled',
      );
      expect(await bench.effectsOf('one', 'slow')).toEqual([]);
      gate.resolve();
    });

    it('delivers again after a handler failed, before anything else of the key', async () => {
      let failures = 0;
      bench.consume(bus, 'one', {
        handle: async (payload, context) => {
          await bench.writeEffect('one')(payload, context);
          if (payload.n === 1 && failures++ < 2) throw new Error('not yet');
        },
      });
      await bus.start();
      await bus.publish([factOf('a', 1), factOf('a', 2)]);
      await eventually(
        () => bench.effectsOf('one'),
        (seen) => seen.length === 2,
        'both were handled',
      );
      expect(await bench.effectsOf('one')).toEqual([1, 2]);
      expect(failures).toBe(3);
    });

    it('does not hold up a group while another one fails', async () => {
      bench.consume(bus, 'failing', { handle: () => Promise.reject(unavailable('request.unavailable')) });
      bench.consume(bus, 'healthy');
      await bus.start();
      for (let n = 0; n < 5; n += 1) await bus.publish([factOf('a', n)]);
      await eventually(
        () => bench.effectsOf('healthy'),
        (seen) => seen.length === 5,
        'the healthy group saw all',
      );
    });

    it('sets aside what can never be handled, with the reason, and goes on', async () => {
      bench.consume(bus, 'one', {
        handle: async (payload, context) => {
          if (payload.n === 2) throw new Error('this one is poison');
          await bench.writeEffect('one')(payload, context);
        },
      });
      await bus.start();
      await bus.publish([factOf('a', 1), factOf('a', 2), factOf('a', 3, { key: 'a', n: 'three' }), factOf('a', 4)]);
      await eventually(
        () => bench.effectsOf('one'),
        (seen) => seen.length === 2,
        'the others were handled',
      );
      expect(await bench.effectsOf('one')).toEqual([1, 4]);
      const letters = await bench.database.query<{ error: string; attempts: number }>(
        'select error, attempts from dead_letters order by id',
      );
      expect(letters).toEqual([
        { error: 'Error: this one is poison', attempts: 5 },
        { error: expect.stringContaining('payload is not valid'), attempts: 1 },
      ]);
    });

    it('pauses while something a handler needs is down, and counts no try', async () => {
      let down = true;
      let calls = 0;
      bench.consume(bus, 'one', {
        handle: async (payload, context) => {
          calls += 1;
          if (down) throw unavailable('request.unavailable');
          await bench.writeEffect('one')(payload, context);
        },
      });
      await bus.start();
      await bus.publish([factOf('a', 1)]);
      await eventually(
        () => calls,
        (count) => count >= 4,
        'it was tried several times',
      );
      expect(await bench.database.query('select 1 from dead_letters')).toEqual([]);
      down = false;
      await eventually(
        () => bench.effectsOf('one'),
        (seen) => seen.length === 1,
        'it was handled in the end',
      );
      expect(await bench.database.query('select 1 from dead_letters')).toEqual([]);
    });

    it('passes over what is none of its business, however much of it waits', async () => {
      const other = { dataschema: `${dataschemaOf(happened)}2`, versions: '1,12' };
      bench.consume(bus, 'one');
      await bus.start();
      await bus.publish(
        Array.from({ length: 600 }, (_, n) => ({
          ...factOf(`k${n % 7}`, n),
          envelope: { ...factOf(`k${n % 7}`, n).envelope, ...other },
        })),
      );
      await bus.publish([factOf('a', 1)]);
      await eventually(
        () => bench.effectsOf('one'),
        (seen) => seen.length === 1,
        'what comes after it was handled',
      );
      await eventually(
        () => bus.countWaiting('search-service.one'),
        (count) => count === 0,
        'nothing waits',
      );
      expect(await bench.database.query('select 1 from dead_letters')).toEqual([]);
    });

    it('gives up a handler at its deadline, and nothing of it happens later', async () => {
      const gate = Promise.withResolvers<void>();
      const writes: Promise<void>[] = [];
      bench.consume(bus, 'one', {
        deadline: 1_000,
        handle: async (payload, context) => {
          const write = (writes.length === 0 ? gate.promise : Promise.resolve()).then(() =>
            bench.writeEffect('one')(payload, context),
          );
          writes.push(write);
          await write;
        },
      });
      await bus.start();
      await bus.publish([factOf('a', 1)]);
      await eventually(
        () => bench.effectsOf('one'),
        (seen) => seen.length === 1,
        'the second try did it',
      );
      gate.resolve();
      // where the disk is slow, the second try may be given up too
      const [first, ...later] = (await Promise.allSettled(writes)).map(({ status }) => status);
      expect([first, later.filter((status) => status === 'fulfilled')]).toEqual(['rejected', ['fulfilled']]);
      expect(await bench.effectsOf('one')).toEqual([1]);
    });

    it('finds what waits after a restart and works it in order', async () => {
      bench.consume(bus, 'one', { handle: () => Promise.reject(unavailable('request.unavailable')) });
      await bus.start();
      for (let n = 0; n < 10; n += 1) await bus.publish([factOf('a', n), factOf(`b${n}`, n)]);
      await bus.close();
      const restarted = bench.openBus();
      bench.consume(restarted, 'one');
      await restarted.start();
      await restarted.publish([factOf('a', 10)]);
      await eventually(
        () => bench.effectsOf('one'),
        (seen) => seen.length === 21,
        'all were handled',
      );
      expect(await bench.effectsOf('one', 'a')).toEqual(Array.from({ length: 11 }, (_, n) => n));
    });

    it('waits for handlers under way when it closes, and begins no others', async () => {
      const gate = Promise.withResolvers<void>();
      let running = 0;
      let begun = 0;
      bench.consume(bus, 'one', {
        handle: async (payload, context) => {
          begun += 1;
          running += 1;
          await gate.promise;
          await bench.writeEffect('one')(payload, context);
          running -= 1;
        },
      });
      await bus.start();
      await bus.publish([factOf('a', 1), factOf('a', 2), factOf('a', 3)]);
      await eventually(
        () => running,
        (count) => count === 1,
        'the first is under way',
      );
      let isClosed = false;
      const closing = bus.close().then(() => (isClosed = true));
      expect([await bench.effectsOf('one'), isClosed]).toEqual([[], false]);
      gate.resolve();
      await closing;
      expect({ running, begun }).toEqual({ running: 0, begun: 1 });
      expect(await bench.effectsOf('one')).toEqual([1]);
    });

    it('tells a broadcast to every listener, and forgets it', async () => {
      const heard: string[] = [];
      bench.consume(bus, 'cache', { broadcast: true, handle: async ({ n }) => void heard.push(`cache ${n}`) });
      await bus.start();
      await bus.publish([factOf('a', 1), factOf('a', 2)]);
      await eventually(
        () => heard,
        (all) => all.length === 2,
        'the cache heard both',
      );
      expect(heard).toEqual(['cache 1', 'cache 2']);
      expect(await bench.database.query('select 1 from inbox')).toEqual([]);
    });

    it('handles an event once however often it is published', async () => {
      bench.consume(bus, 'one');
      bench.consume(bus, 'two', {
        effects: 'elsewhere',
        handle: async ({ key, n }, { envelope }) =>
          void (await execute(
            bench.database.db,
            'insert into effects (event_id, consumer, key, n) values ($1, $2, $3, $4)',
            [envelope.id, 'two', key, n],
          )),
      });
      await bus.start();
      const records = Array.from({ length: 20 }, (_, n) => factOf(`k${n % 3}`, n));
      await Promise.all(Array.from({ length: 5 }, () => bus.publish(records)));
      for (const consumer of ['one', 'two'])
        await eventually(
          () => bench.effectsOf(consumer),
          (seen) => seen.length >= 20,
          'all were handled',
        );
      await bus.publish(records);
      await bus.publish([factOf('end', 99)]);
      for (const consumer of ['one', 'two']) {
        await eventually(
          () => bench.effectsOf(consumer),
          (seen) => seen.includes(99),
          'the last one was handled',
        );
        expect((await bench.effectsOf(consumer)).length).toBe(21);
      }
    });

    it('takes from fifty writers at once and keeps each one’s order', async () => {
      bench.consume(bus, 'one');
      await bus.start();
      const write = async (writer: number): Promise<void> => {
        for (let n = 0; n < 10; n += 1) await bus.publish([factOf(`w${writer}`, n)]);
      };
      await Promise.all(Array.from({ length: 50 }, (_, writer) => write(writer)));
      await eventually(
        () => bench.effectsOf('one'),
        (seen) => seen.length === 500,
        'all were handled',
        { timeoutMs: 120_000 },
      );
      for (let writer = 0; writer < 50; writer += 1)
        expect(await bench.effectsOf('one', `w${writer}`)).toEqual(Array.from({ length: 10 }, (_, n) => n));
    });

    it('lets other keys go on while one key is flooded and stands still', async () => {
      const gate = Promise.withResolvers<void>();
      const seen: Happening[] = [];
      bench.consume(bus, 'one', {
        effects: 'elsewhere',
        deadline: 20_000,
        handle: async (payload) => {
          if (payload.key === 'flood') await gate.promise;
          seen.push(payload);
        },
      });
      await bus.start();
      for (let batch = 0; batch < 6; batch += 1)
        await bus.publish(Array.from({ length: 500 }, (_, n) => factOf('flood', batch * 500 + n)));
      await bus.publish([factOf('other', 1)]);
      await eventually(
        () => seen,
        (all) => all.length === 1,
        'the other key was handled',
      );
      expect(seen).toEqual([{ key: 'other', n: 1 }]);
      gate.resolve();
      await bus.publish([factOf('flood', 3_000)]);
      const flood = () => firstOf(seen.filter(({ key }) => key === 'flood').map(({ n }) => n));
      await eventually(
        () => flood().length,
        (count) => count === 3_001,
        'the flood was worked off',
        { timeoutMs: 120_000 },
      );
      expect(flood()).toEqual(Array.from({ length: 3_001 }, (_, n) => n));
    });

    it('works off a flood larger than its memory, in order', async () => {
      const gate = Promise.withResolvers<void>();
      const seen: number[] = [];
      bench.consume(bus, 'one', {
        effects: 'elsewhere',
        deadline: 20_000,
        handle: async ({ key, n }) => {
          await gate.promise;
          if (key === 'k0') seen.push(n);
        },
      });
      await bus.start();
      for (let batch = 0; batch < 8; batch += 1)
        await bus.publish(Array.from({ length: 500 }, (_, n) => factOf(`k${n % 20}`, batch * 500 + n)));
      gate.resolve();
      await eventually(
        () => firstOf(seen).length,
        (count) => count === 200,
        'all of one key were handled',
        { timeoutMs: 120_000 },
      );
      expect(firstOf(seen)).toEqual(firstOf(seen).sort((a, b) => a - b));
    });
  });
}

/** Each once, where it came first: what happens elsewhere may happen again after a redelivery. */
const firstOf = (all: readonly number[]): number[] => [...new Set(all)];

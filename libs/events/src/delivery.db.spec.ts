import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { migrationsOf } from '@mediamesh/migrations';
import { silentLogger } from '@mediamesh/observability';
import { migrate, openDatabase } from '@mediamesh/postgres';
import { createTestDatabase } from '@mediamesh/testing';
import { EventBus, type Subscription } from './event-bus.js';
import { BusBench, factOf } from './fixtures/bus-bench.js';

/** Hands a subscription to the test, which delivers by itself: a broker may deliver twice, to two instances at once. */
class BareBus extends EventBus {
  subscription: Subscription | undefined;
  publish(): Promise<void> {
    return Promise.resolve();
  }
  subscribe(subscription: Subscription): void {
    this.subscription = subscription;
  }
  start(): Promise<void> {
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('a delivery', () => {
  let bench: BusBench;
  let bus: BareBus;

  beforeEach(async () => {
    bus = new BareBus();
    const test = await createTestDatabase({ template: 'search', migrate: (url) => migrate({ url, migrations: migrationsOf('search'), logger: silentLogger }) });
    const database = await openDatabase({ name: 'search', url: test.url, poolSize: 5, logger: silentLogger });
    const close = async (): Promise<void> => {
      await database.close();
      await test.drop();
    };
    bench = await BusBench.set({ database, openBus: () => bus, close });
  });
  afterEach(() => bench.close());

  const deliver = (raw: unknown) => bus.subscription!.deliver(raw, { failed: 0, paused: 0 });

  it('has its effect once, however often and at however many places it comes', async () => {
    bench.consume(bus, 'one');
    const { envelope } = factOf('a', 1);
    await Promise.all([deliver(envelope), deliver(envelope), deliver(envelope)]);
    expect(await deliver(envelope)).toEqual({ done: true });
    expect(await bench.effectsOf('one')).toEqual([1]);
  });

  it.each([
    ['nothing', null],
    ['a text', 'content.created'],
    ['a list', [1, 2]],
    ['an envelope without an id', { ...factOf('a', 1).envelope, id: undefined }],
    ['a version that nobody reads', { ...factOf('a', 1).envelope, dataschema: 'urn:mediamesh:event:content.created:v99' }],
    ['a payload with a NUL in a key', factOf('a', 1, JSON.parse('{"key": 7, "\\u0000": "\\ud800"}')).envelope],
  ])('of %s becomes a dead letter at once', async (_, raw) => {
    bench.consume(bus, 'one');
    expect(await deliver(raw)).toEqual({ done: true });
    expect(await bench.database.query('select consumer, attempts from dead_letters')).toEqual([{ consumer: 'search-service.one', attempts: 1 }]);
  });

  it('without an id does not take the place of another one', async () => {
    bench.consume(bus, 'one');
    for (const raw of [{ n: 1 }, { n: 2 }, { n: 2 }]) await deliver(raw);
    expect(await bench.database.query('select event from dead_letters order by id')).toEqual([{ event: { n: 1 } }, { event: { n: 2 } }]);
  });

  it('of a type that nobody asked for is nothing', async () => {
    bench.consume(bus, 'one');
    expect(await deliver({ ...factOf('a', 1).envelope, type: 'content.archived' })).toEqual({ done: true });
    expect(await bench.database.query('select 1 from dead_letters')).toEqual([]);
  });
});

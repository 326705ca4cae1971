import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { migrationsOf } from '@mediamesh/migrations';
import { createMetrics, silentLogger } from '@mediamesh/observability';
import { migrate, openDatabase } from '@mediamesh/postgres';
import { createTestDatabase } from '@mediamesh/testing';
import { EventBus, type MessageOrigin, type Subscription } from './event-bus.js';
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

  const deliver = (raw: unknown, origin?: MessageOrigin) => bus.subscription!.deliver(raw, { failed: 0, paused: 0 }, origin);
  const originOf = (over: Partial<MessageOrigin> = {}): MessageOrigin => ({ topic: 'content.events', partition: 3, offset: '42', timestamp: '1760000000000', key: Buffer.from('a'), value: Buffer.from('{}'), headers: [{ name: 'ce_id', value: Buffer.from([0xff]) }], ...over });

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

  it('in a message of a broker that is no event keeps the message, and does not pass for the event it names', async () => {
    bench.consume(bus, 'one');
    const { envelope } = factOf('a', 1);
    const odd = originOf({ problem: 'It has no key', key: null, timestamp: '-9000000000000000000' });
    await deliver(envelope, odd);
    await deliver(envelope, { ...odd, offset: '43' });
    expect(await bench.database.query('select event_id, error, origin from dead_letters order by id')).toEqual(
      ['42', '43'].map((offset) => ({
        event_id: `content.events/3/${offset}`,
        error: 'UnreadableEvent: The message is not an event: It has no key',
        origin: { topic: 'content.events', partition: 3, offset, writtenAt: null, key: null, value: { encoding: 'utf-8', content: '{}' }, headers: [{ name: 'ce_id', value: { encoding: 'base64', content: '/w==' } }] },
      })),
    );
    await deliver(envelope, originOf());
    expect(await bench.effectsOf('one')).toEqual([1]);
  });

  it('from a broker has an effect elsewhere no second time once it is recorded as done', async () => {
    let calls = 0;
    bench.consume(bus, 'one', { effects: 'elsewhere', handle: () => Promise.resolve(void (calls += 1)) });
    const { envelope } = factOf('a', 1);
    await deliver(envelope, originOf());
    await deliver(envelope, originOf({ offset: '43' }));
    expect(calls).toBe(1);
  });

  it('of a type that nobody asked for is nothing', async () => {
    bench.consume(bus, 'one');
    expect(await deliver({ ...factOf('a', 1).envelope, type: 'content.archived' })).toEqual({ done: true });
    expect(await bench.database.query('select 1 from dead_letters')).toEqual([]);
  });

  describe('of another version than its consumer reads', () => {
    const inVersions = (version: number, versions?: string) => ({ ...factOf('a', 1).envelope, dataschema: `urn:mediamesh:event:content.created:v${version}`, ...(versions && { versions }), data: { words: 'others' } });

    it('is passed over, and counted, when the fact is told in that version too', async () => {
      const metrics = createMetrics('test');
      bench.consume(bus, 'one', { metrics });
      expect(await deliver(inVersions(2, '1,2'), originOf())).toEqual({ done: true });
      expect(await deliver(inVersions(12, '1,12'), originOf())).toEqual({ done: true });
      expect(await bench.database.query('select 1 from dead_letters union all select 1 from inbox')).toEqual([]);
      expect(await metrics.render()).toMatch(/events_handled\S*outcome="other_version"\S* 2/);
    });

    it.each([undefined, '2', '2,3', '11,2'])('is a dead letter, not lost, when it is told in the versions %s', async (versions) => {
      bench.consume(bus, 'one');
      expect(await deliver(inVersions(2, versions), originOf())).toEqual({ done: true });
      expect(await bench.database.query('select error from dead_letters')).toEqual([{ error: expect.stringContaining('this consumer reads urn:mediamesh:event:content.created:v1') }]);
    });
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Envelope } from '@mediamesh/contracts';
import { migrationsOf } from '@mediamesh/migrations';
import { createMetrics, silentLogger } from '@mediamesh/observability';
import { migrate, openDatabase } from '@mediamesh/postgres';
import { createTestDatabase } from '@mediamesh/testing';
import { DeadLetters } from './dead-letters/dead-letters.js';
import { EventBus, type MessageOrigin, type Subscription } from './event-bus.js';
import { BusBench, factOf } from './fixtures/bus-bench.js';
import { writeMessage } from './kafka/cloud-event-headers.js';

/** Hands a subscription to the test, which delivers by itself: a broker may deliver twice, to two instances at once. */
class BareBus extends EventBus {
  private readonly subscriptions: Subscription[] = [];
  publish(): Promise<void> {
    return Promise.resolve();
  }
  subscribe(subscription: Subscription): void {
    this.subscriptions.push(subscription);
  }
  subscriptionOf(consumer: string): Subscription | undefined {
    return this.subscriptions.find(({ group }) => group === `search-service.${consumer}`);
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
    const test = await createTestDatabase({
      template: 'search',
      migrate: (url) => migrate({ url, migrations: migrationsOf('search'), logger: silentLogger }),
    });
    const database = await openDatabase({ name: 'search', url: test.url, poolSize: 5, logger: silentLogger });
    const close = async (): Promise<void> => {
      await database.close();
      await test.drop();
    };
    bench = await BusBench.set({ database, openBus: () => bus, close });
  });
  afterEach(() => bench.close());

  const deliver = (raw: unknown, origin?: MessageOrigin) =>
    bus.subscriptionOf('one')!.deliver(raw, { failed: 0, paused: 0 }, origin);
  const originOf = (over: Partial<MessageOrigin> = {}): MessageOrigin => ({
    topic: 'content.events',
    partition: 3,
    offset: '42',
    timestamp: '1760000000000',
    key: Buffer.from('a'),
    value: Buffer.from('{}'),
    headers: [{ name: 'ce_id', value: Buffer.from([0xff]) }],
    ...over,
  });

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
    [
      'a version that nobody reads',
      { ...factOf('a', 1).envelope, dataschema: 'urn:mediamesh:event:content.created:v99' },
    ],
    ['a payload with a NUL in a key', factOf('a', 1, JSON.parse('{"key": 7, "\\u0000": "\\ud800"}')).envelope],
  ])('of %s becomes a dead letter at once', async (_, raw) => {
    bench.consume(bus, 'one');
    expect(await deliver(raw)).toEqual({ done: true });
    expect(await bench.database.query('select consumer, attempts from dead_letters')).toEqual([
      { consumer: 'search-service.one', attempts: 1 },
    ]);
  });

  it('without an id does not take the place of another one', async () => {
    bench.consume(bus, 'one');
    for (const raw of [{ n: 1 }, { n: 2 }, { n: 2 }]) await deliver(raw);
    expect(await bench.database.query('select event from dead_letters order by id')).toEqual([
      { event: { n: 1 } },
      { event: { n: 2 } },
    ]);
  });

  it('in a message that is no event keeps the message, and does not pass for the event it names', async () => {
    bench.consume(bus, 'one');
    const { envelope } = factOf('a', 1);
    const odd = originOf({ problem: 'It has no key', key: null, timestamp: '-9000000000000000000' });
    await deliver(envelope, odd);
    await deliver(envelope, { ...odd, offset: '43' });
    expect(await bench.database.query('select event_id, error, origin from dead_letters order by id')).toEqual(
      ['42', '43'].map((offset) => ({
        event_id: `content.events/3/${offset}/-9000000000000000000`,
        error: 'UnreadableEvent: The message is not an event: It has no key',
        origin: {
          topic: 'content.events',
          partition: 3,
          offset,
          writtenAt: null,
          key: null,
          value: { encoding: 'utf-8', content: '{}' },
          headers: [{ name: 'ce_id', value: { encoding: 'base64', content: '/w==' } }],
        },
      })),
    );
    await deliver(envelope, originOf());
    expect(await bench.effectsOf('one')).toEqual([1]);
  });

  it('at an offset of a message of the topic before this one takes nothing from the letter of that one', async () => {
    bench.consume(bus, 'one');
    const lay = originOf({ problem: 'It has no key', value: Buffer.from('"old"') });
    const lies = { ...lay, value: Buffer.from('"new"'), timestamp: '1770000000000' };
    for (const origin of [lay, lies, lies]) await deliver(null, origin);
    expect(
      await bench.database.query(
        `select origin -> 'value' ->> 'content' as value, attempts from dead_letters order by id`,
      ),
    ).toEqual([
      { value: '"old"', attempts: 1 },
      { value: '"new"', attempts: 1 },
    ]);
  });

  describe('that an earlier reader of messages refused', () => {
    /** The message of an event, which the reader of today can read. */
    const refused = (envelope: Envelope, over: Partial<MessageOrigin> = {}): MessageOrigin => {
      const { key, value, headers } = writeMessage(envelope);
      const listed = Object.entries(headers ?? {}).map(([name, text]) => ({ name, value: Buffer.from(String(text)) }));
      return originOf({
        key: Buffer.from(String(key)),
        value: Buffer.from(String(value)),
        headers: listed,
        problem: 'It was too new',
        ...over,
      });
    };
    const replayAll = async () => {
      const letters = new DeadLetters({
        database: bench.database,
        consumers: { consumer: () => bench.consumer('one') },
      });
      const { items } = await letters.list({ limit: 10 });
      return Promise.all(items.map(({ id }) => letters.replay(id)));
    };

    it('is read anew when it is replayed, and handled once, whichever message brings it again', async () => {
      bench.consume(bus, 'one');
      const { envelope } = factOf('a', 1);
      await deliver({}, refused(envelope));
      await deliver({}, refused(envelope, { offset: '43' }));
      expect(await replayAll()).toEqual([
        { handled: true, error: null },
        { handled: true, error: null },
      ]);
      await deliver(envelope, originOf());
      expect(await bench.effectsOf('one')).toEqual([1]);
      expect(await bench.database.query('select 1 from dead_letters')).toEqual([]);
    });

    it('stays with what is wrong with it today', async () => {
      bench.consume(bus, 'one');
      await deliver({}, refused(factOf('a', 1).envelope, { key: null }));
      expect(await replayAll()).toEqual([
        { handled: false, error: 'UnreadableEvent: The message is not an event: It has no key' },
      ]);
      expect(await bench.effectsOf('one')).toEqual([]);
    });
  });

  it('of what was done before is counted as repeated, not as handled', async () => {
    const metrics = createMetrics('test');
    bench.consume(bus, 'one', { metrics });
    bench.consume(bus, 'two', { metrics, effects: 'elsewhere', handle: () => Promise.resolve() });
    const { envelope } = factOf('a', 1);
    const forged = { ...envelope, data: { key: 'a', n: 2 } };
    for (const consumer of ['one', 'two']) {
      for (const raw of [envelope, forged, forged])
        await bus.subscriptionOf(consumer)?.deliver(raw, { failed: 0, paused: 0 }, originOf());
      const text = await metrics.render();
      expect(text).toMatch(
        new RegExp(`mediamesh_events_handled\\S*consumer="search-service.${consumer}"\\S*outcome="handled"\\S* 1`),
      );
      expect(text).toMatch(
        new RegExp(`mediamesh_events_handled\\S*consumer="search-service.${consumer}"\\S*outcome="repeated"\\S* 2`),
      );
    }
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
    const inVersions = (version: number, versions?: string) => ({
      ...factOf('a', 1).envelope,
      dataschema: `urn:mediamesh:event:content.created:v${version}`,
      ...(versions && { versions }),
      data: { words: 'others' },
    });

    it('is passed over, and counted, when the fact is told in that version too', async () => {
      const metrics = createMetrics('test');
      bench.consume(bus, 'one', { metrics });
      expect(await deliver(inVersions(2, '1,2'), originOf())).toEqual({ done: true });
      expect(await deliver(inVersions(12, '1,12'), originOf())).toEqual({ done: true });
      expect(await bench.database.query('select 1 from dead_letters union all select 1 from inbox')).toEqual([]);
      expect(await metrics.render()).toMatch(/mediamesh_events_handled\S*outcome="other_version"\S* 2/);
    });

    it.each([undefined, '2', '2,3', '11,2'])(
      'is a dead letter, not lost, when it is told in the versions %s',
      async (versions) => {
        bench.consume(bus, 'one');
        expect(await deliver(inVersions(2, versions), originOf())).toEqual({ done: true });
        expect(await bench.database.query('select error from dead_letters')).toEqual([
          { error: expect.stringContaining('this consumer reads urn:mediamesh:event:content.created:v1') },
        ]);
      },
    );
  });
});

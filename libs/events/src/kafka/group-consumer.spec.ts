import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { eventually } from '@mediamesh/testing';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { Outcome } from '../event-bus.js';
import { happened } from '../fixtures/bus-bench.js';
import { messageAt } from '../fixtures/kafka-messages.js';
import { GroupConsumer } from './group-consumer.js';
import { type KafkaTiming, usualTiming } from './kafka-config.js';

const topic = 'content.events';

/**
 * A consumer of kafkajs as far as its memberships are seen from outside; the test says what the group and the brokers
 * do.
 */
class Membership extends EventEmitter {
  readonly events = { CRASH: 'crash', GROUP_JOIN: 'join', REBALANCING: 'rebalancing', HEARTBEAT: 'heartbeat' } as const;
  readonly committed: number[] = [];
  readonly sought: number[] = [];
  readonly resolved: string[] = [];
  isOver = false;
  eachBatch: ((payload: EachBatchPayload) => Promise<void>) | undefined;

  connect = (): Promise<void> => Promise.resolve();
  subscribe = (): Promise<void> => Promise.resolve();
  run = ({ eachBatch }: { eachBatch: (payload: EachBatchPayload) => Promise<void> }): Promise<void> => {
    this.eachBatch = eachBatch;
    this.join();
    return Promise.resolve();
  };
  commitOffsets = (offsets: readonly { offset: string }[]): Promise<void> =>
    Promise.resolve(void this.committed.push(...offsets.map(({ offset }) => Number(offset))));
  seek = ({ offset }: { offset: string }): void => void this.sought.push(Number(offset));
  pause = (): void => undefined;
  resume = (): void => undefined;
  disconnect = (): Promise<void> => Promise.resolve(void (this.isOver = true));

  join(): void {
    this.emit('join', { payload: { memberAssignment: { [topic]: [0] } } });
  }

  async bring(offsets: readonly number[]): Promise<void> {
    const messages: KafkaMessage[] = offsets.map((offset) => messageAt(offset));
    const batch = { topic, partition: 0, messages, lastOffset: () => String(offsets.at(-1)) };
    await this.eachBatch?.({
      batch,
      resolveOffset: (offset: string) => this.resolved.push(offset),
      isStale: () => false,
    } as unknown as EachBatchPayload);
  }
}

describe('the membership of a group', () => {
  const left: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const leave of left.splice(0)) await leave();
  });

  function arrange({
    broadcast = false,
    timing = {},
    readEnds = () => Promise.resolve(new Map([[`${topic}/0`, 0]])),
  }: { broadcast?: boolean; timing?: Partial<KafkaTiming>; readEnds?: () => Promise<Map<string, number>> } = {}) {
    const memberships: Membership[] = [];
    const begun: number[] = [];
    const open: ((outcome: Outcome) => void)[] = [];
    const consumer = new GroupConsumer({
      subscription: {
        group: 'app.group',
        events: [happened],
        broadcast,
        database: undefined,
        deliver: (raw) => {
          begun.push((raw as { data: { n: number } }).data.n);
          return new Promise((resolve) => open.push(resolve));
        },
      },
      groupId: 'app.group',
      topics: [topic],
      client: {
        consumer: () => memberships[memberships.push(new Membership()) - 1] as unknown as Consumer,
      } as unknown as Kafka,
      timing: { ...usualTiming, commit: 1, ...timing },
      logger: silentLogger,
      readEnds,
      isReachable: () => Promise.resolve(true),
      onFatal: () => undefined,
    });
    const member = (n: number) =>
      eventually(
        () => memberships[n],
        (one) => one?.eachBatch !== undefined,
        `membership ${n} has begun`,
      ).then((one) => one as Membership);
    const endAll = () => open.splice(0).forEach((end) => end({ done: true }));
    left.push(() => {
      const closed = consumer.close();
      endAll();
      return closed;
    });
    return { consumer, memberships, member, begun, open, endAll };
  }
  const upTo = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, n) => first + n);

  it('reports nothing beyond what it dropped, whatever fetches were under way when partitions moved', async () => {
    const { consumer, member, begun, endAll } = arrange();
    consumer.start();
    const first = await member(0);
    await first.bring(upTo(0, 19));
    expect(begun).toEqual(upTo(0, 7));
    // another broker's fetch found that a leader moved, and joined again by itself
    first.join();
    await first.bring(upTo(20, 29));
    endAll();
    const second = await member(1);
    expect({
      isOver: first.isOver,
      beyond: first.committed.filter((position) => position > 8),
      resolved: first.resolved,
    }).toEqual({ isOver: true, beyond: [], resolved: ['19'] });
    await second.bring(upTo(8, 29));
    await eventually(
      () => endAll(),
      () => second.committed.includes(30),
      'all were handled and reported',
    );
    expect(begun).toEqual(upTo(0, 29));
  });

  it('takes nothing between a change that the group announced and the next join, which may fail at first', async () => {
    const { consumer, member, begun, endAll } = arrange();
    consumer.start();
    const only = await member(0);
    await only.bring(upTo(0, 19));
    only.emit('rebalancing', { payload: {} });
    await only.bring(upTo(20, 29));
    endAll();
    only.join();
    expect(only.resolved).toEqual(['19']);
    await only.bring(upTo(8, 29));
    await eventually(
      () => endAll(),
      () => only.committed.includes(30),
      'all were handled and reported',
    );
    expect(begun).toEqual(upTo(0, 29));
  });

  it('goes on as it is after a change that the group announced', async () => {
    const { consumer, memberships, member, begun, endAll } = arrange();
    consumer.start();
    const only = await member(0);
    await only.bring(upTo(0, 9));
    only.emit('rebalancing', { payload: {} });
    only.join();
    await only.bring(upTo(0, 9));
    await eventually(
      () => endAll(),
      () => only.committed.includes(10),
      'all were handled and reported',
    );
    expect(new Set(begun)).toEqual(new Set(upTo(0, 9)));
    expect(memberships).toHaveLength(1);
  });

  it('of a broadcast hears again what had come and was not begun', async () => {
    const { consumer, member, begun } = arrange({ broadcast: true });
    consumer.start();
    const only = await member(0);
    expect(only.sought).toEqual([0]);
    await only.bring(upTo(0, 19));
    expect(begun).toEqual(upTo(0, 7));
    only.emit('rebalancing', { payload: {} });
    only.join();
    expect(only.sought).toEqual([0, 0]);
    only.emit('crash', { payload: { error: new Error('gone') } });
    expect((await member(1)).sought).toEqual([0]);
  });

  it('ends although a handler is stuck, having reported what was done before that', async () => {
    const { consumer, member, begun, open } = arrange({ timing: { finish: 1, commit: 60_000 } });
    consumer.start();
    const only = await member(0);
    await only.bring(upTo(0, 4));
    expect(begun).toEqual(upTo(0, 4));
    // all but the fourth
    for (const [at, end] of open.entries()) if (at !== 3) end({ done: true });
    await consumer.close();
    expect({ last: only.committed.at(-1), isOver: only.isOver }).toEqual({ last: 3, isOver: true });
  });

  it('does not begin after it was closed, however late brokers say where a broadcast hears on', async () => {
    const ends = Promise.withResolvers<Map<string, number>>();
    const { consumer, memberships } = arrange({ broadcast: true, readEnds: () => ends.promise });
    consumer.start();
    const closing = consumer.close();
    await new Promise(setImmediate);
    ends.resolve(new Map());
    await closing;
    expect(memberships).toEqual([]);
  });
});

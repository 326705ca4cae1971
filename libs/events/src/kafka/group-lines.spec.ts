import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { eventually } from '@mediamesh/testing';
import type { KafkaMessage } from 'kafkajs';
import type { Outcome } from '../event-bus.js';
import { happened } from '../fixtures/bus-bench.js';
import { messageAt } from '../fixtures/kafka-messages.js';
import { GroupLines } from './group-lines.js';

const place = { topic: 'content.events', partition: 0 };

const numberIn = (raw: unknown): number => (raw as { data: { n: number } }).data.n;

describe('what a group has fetched', () => {
  function arrange() {
    const begun: number[] = [];
    const open: ((outcome: Outcome) => void)[] = [];
    const deliver = (raw: unknown): Promise<Outcome> => {
      begun.push(numberIn(raw));
      return new Promise((resolve) => open.push(resolve));
    };
    const lines = new GroupLines({
      subscription: { group: 'app.group', events: [happened], broadcast: false, database: undefined, deliver },
      logger: silentLogger,
      onDone: () => undefined,
    });
    const take = (offsets: readonly number[]) =>
      lines.take({ ...place, messages: offsets.map((offset) => messageAt(offset)), last: offsets.at(-1) ?? 0 });
    return { lines, begun, take, endAll: () => open.splice(0).forEach((end) => end({ done: true })) };
  }

  it('is reported up to the first that is not done', async () => {
    const { lines, begun, take, endAll } = arrange();
    take([10, 11, 12, 13, 14, 15, 16, 17, 18]);
    expect(lines.uncommitted()).toMatchObject([{ place, position: 10 }]);
    endAll();
    await eventually(
      () => begun,
      (all) => all.includes(18),
      'the ninth began',
    );
    expect(lines.uncommitted()).toMatchObject([{ place, position: 18 }]);
  });

  it.each(['key', 'headers'] as const)('fills the memory by the %s of messages too', (part) => {
    const { lines, begun } = arrange();
    const megabyte = Buffer.alloc(1_000_000);
    const largeAt = (offset: number): KafkaMessage => {
      const message = messageAt(offset);
      return {
        ...message,
        ...(part === 'key' ? { key: megabyte } : { headers: { ...message.headers, extra: [megabyte] } }),
      } as KafkaMessage;
    };
    const messages = Array.from({ length: 40 }, (_, offset) => largeAt(offset));
    expect(lines.take({ ...place, messages: messages.slice(0, 20), last: 19 })).toBe(19);
    expect([lines.hasRoom(place), lines.isRoomy(place)]).toEqual([true, false]);
    expect(lines.take({ ...place, messages: messages.slice(20), last: 39 })).toBe(31);
    expect(lines.hasRoom(place)).toBe(false);
    expect(begun.length).toBeGreaterThan(0);
  });

  it('of a topic that was made again is handled also where the old events at the same offsets still wait', async () => {
    const { lines, begun, take, endAll } = arrange();
    take([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    take([0, 1, 2, 3, 4, 13, 14]);
    await eventually(
      () => endAll(),
      () => begun.length === 17 && lines.positionOf(place) === 15,
      'both were worked off, and nothing is in the way of what may be reported',
    );
  });
});

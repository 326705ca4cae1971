import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import type { Kafka, Producer, ProducerBatch } from 'kafkajs';
import { type EventRecord, RecordRefused } from '../event-bus.js';
import { factOf } from '../fixtures/bus-bench.js';
import { RecordProducer } from './record-producer.js';

const config = { brokers: ['nowhere:1'], clientId: 'test', prefix: '', partitions: 1, replication: 1, retentionHours: 1 };

class Failure extends Error {
  constructor(readonly type: string) {
    super(type);
  }
}

/** Brokers that take a batch or throw what `judge` answers. */
function arrange(judge: (ids: readonly string[], nth: number) => Failure | undefined) {
  const taken: string[][] = [];
  let sends = 0;
  let producers = 0;
  const sendBatch = ({ topicMessages = [] }: ProducerBatch): Promise<never[]> => {
    const ids = topicMessages.flatMap(({ messages }) => messages.map(({ headers }) => String(headers?.['ce_id'])));
    const failure = judge(ids, (sends += 1));
    if (failure) return Promise.reject(failure);
    taken.push(ids);
    return Promise.resolve([]);
  };
  const client: Pick<Kafka, 'producer'> = {
    producer: () => {
      producers += 1;
      return { connect: () => Promise.resolve(), disconnect: () => Promise.resolve(), sendBatch } as unknown as Producer;
    },
  };
  return { producer: new RecordProducer(config, silentLogger, client), taken, sends: () => sends, producers: () => producers };
}

const idsOf = (records: readonly EventRecord[]): string[] => records.map(({ envelope }) => envelope.id);

describe('a producer of records', () => {
  const records = Array.from({ length: 1_000 }, (_, n) => factOf('a', n));
  const poison = records[900]!.envelope.id;

  it('finds the one record that the broker refuses among a thousand in a few steps, having sent all before it in their order', async () => {
    const { producer, taken, sends } = arrange((ids) => (ids.includes(poison) ? new Failure('MESSAGE_TOO_LARGE') : undefined));
    await expect(producer.publish(records)).rejects.toEqual(expect.objectContaining({ name: 'RecordRefused', eventId: poison }));
    expect(taken.flat()).toEqual(idsOf(records.slice(0, 900)));
    expect(sends()).toBeLessThan(30);
  });

  it('takes a broker that refuses a record for one that answers', async () => {
    const { producer } = arrange((_, nth) => new Failure(nth === 1 ? 'NETWORK_EXCEPTION' : 'MESSAGE_TOO_LARGE'));
    await expect(producer.publish([factOf('a', 1)])).rejects.toBeInstanceOf(RecordRefused);
    expect(producer.failing).toBe(false);
  });

  it('sends a batch that did not arrive once more, whole and through a fresh connection', async () => {
    const { producer, taken, producers } = arrange((_, nth) => (nth === 1 ? new Failure('NETWORK_EXCEPTION') : undefined));
    const [first, second] = [factOf('a', 1), factOf('a', 2)];
    await producer.publish([first, second]);
    expect(taken).toEqual([idsOf([first, second])]);
    expect(producers()).toBe(2);
  });

  it('opens no connection again once it is closed', async () => {
    const { producer, producers } = arrange(() => {
      void producer.close();
      return new Failure('NETWORK_EXCEPTION');
    });
    await expect(producer.publish([factOf('a', 1)])).rejects.toThrow('The bus is closed');
    expect(producers()).toBe(1);
  });
});

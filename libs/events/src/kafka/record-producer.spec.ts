import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import kafkajs, { type Kafka, type Producer, type ProducerBatch } from 'kafkajs';
import { type EventRecord, RecordRefused } from '../event-bus.js';
import { factOf } from '../fixtures/bus-bench.js';
import { RecordProducer } from './record-producer.js';

const config = {
  brokers: ['nowhere:1'],
  clientId: 'test',
  prefix: '',
  partitions: 1,
  replication: 1,
  retentionHours: 1,
};

class Failure extends Error {
  constructor(readonly type: string) {
    super(type);
  }
}

/** What a broker says to who may not write to a topic. */
const prohibited = Object.assign(new Error('Not authorized to access topics'), {
  type: 'TOPIC_AUTHORIZATION_FAILED',
  code: 29,
  retriable: false,
});

/** Brokers that take a batch or throw what `judge` answers. */
function arrange(judge: (ids: readonly string[], nth: number) => Error | undefined) {
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
      return {
        connect: () => Promise.resolve(),
        disconnect: () => Promise.resolve(),
        sendBatch,
      } as unknown as Producer;
    },
  };
  return {
    producer: new RecordProducer(config, silentLogger, client),
    taken,
    sends: () => sends,
    producers: () => producers,
  };
}

const idsOf = (records: readonly EventRecord[]): string[] => records.map(({ envelope }) => envelope.id);

describe('a producer of records', () => {
  const records = Array.from({ length: 1_000 }, (_, n) => factOf('a', n));
  const poison = records[900]!.envelope.id;

  it('finds the one record of a thousand that is refused in a few steps, after all before it in order', async () => {
    const { producer, taken, sends } = arrange((ids) =>
      ids.includes(poison) ? new Failure('MESSAGE_TOO_LARGE') : undefined,
    );
    await expect(producer.publish(records)).rejects.toEqual(
      expect.objectContaining({ name: 'RecordRefused', eventId: poison }),
    );
    expect(taken.flat()).toEqual(idsOf(records.slice(0, 900)));
    expect(sends()).toBeLessThan(30);
  });

  it('takes a broker that refuses a record for one that answers', async () => {
    const { producer } = arrange((_, nth) => new Failure(nth === 1 ? 'NETWORK_EXCEPTION' : 'MESSAGE_TOO_LARGE'));
    await expect(producer.publish([factOf('a', 1)])).rejects.toBeInstanceOf(RecordRefused);
    expect(producer.failing).toBe(false);
  });

  it('sends a batch that did not arrive once more, whole and through a fresh connection', async () => {
    const { producer, taken, producers } = arrange((_, nth) =>
      nth === 1 ? new Failure('NETWORK_EXCEPTION') : undefined,
    );
    const [first, second] = [factOf('a', 1), factOf('a', 2)];
    await producer.publish([first, second]);
    expect(taken).toEqual([idsOf([first, second])]);
    expect(producers()).toBe(2);
  });

  it('says that it may not write to a topic until that topic takes something again', async () => {
    let allowed = false;
    const { producer } = arrange((ids) =>
      allowed || ids.includes(other.envelope.id) ? undefined : new kafkajs.KafkaJSProtocolError(prohibited),
    );
    const [one, other] = [factOf('a', 1), { ...factOf('a', 2), topic: 'media.events' as const }];
    await expect(producer.publish([one])).rejects.toThrow('Not authorized');
    const told = [
      {
        problem: 'This process may not write to content.events (Not authorized to access topics)',
        remedy: expect.stringContaining('kafka-acls.sh'),
        blocks: true,
      },
    ];
    expect(producer.problems).toEqual(told);
    await producer.publish([other]);
    expect(producer.problems).toEqual(told);
    allowed = true;
    await producer.publish([one]);
    expect(producer.problems).toEqual([]);
  });

  it('names every topic of a batch when one may not be written to, and does not take an outage for that', async () => {
    const { producer } = arrange((ids) =>
      ids.length === 2 ? new kafkajs.KafkaJSProtocolError(prohibited) : new Failure('NETWORK_EXCEPTION'),
    );
    const batch = [factOf('a', 1), { ...factOf('a', 2), topic: 'media.events' as const }];
    await expect(producer.publish(batch.slice(0, 1))).rejects.toThrow('NETWORK_EXCEPTION');
    expect(producer.problems).toEqual([]);
    await expect(producer.publish(batch)).rejects.toThrow('Not authorized');
    expect(producer.problems).toEqual([
      expect.objectContaining({ problem: expect.stringContaining('content.events or media.events') }),
    ]);
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

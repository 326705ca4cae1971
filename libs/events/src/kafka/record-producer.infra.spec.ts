import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { describeWithServer, eventually } from '@mediamesh/testing';
import { type EventRecord, RecordRefused } from '../event-bus.js';
import { factOf } from '../fixtures/bus-bench.js';
import { askBrokers, createKafkaConfig, removeWorld } from '../fixtures/kafka-world.js';
import type { KafkaConfig } from './kafka-config.js';
import { KafkaTopics } from './kafka-topics.js';
import { RecordProducer } from './record-producer.js';

describeWithServer('kafka', 'Publishing over Kafka', (brokers = '') => {
  let config: KafkaConfig;
  let producer: RecordProducer;
  const topics = () => new KafkaTopics({ config, logger: silentLogger, topics: ['content.events', 'media.events'] });
  const countOn = async (topic: EventRecord['topic']): Promise<number[]> =>
    (await askBrokers(config, (admin) => admin.fetchTopicOffsets(`${config.prefix}${topic}`)))
      .sort((a, b) => a.partition - b.partition)
      .map(({ high }) => Number(high));
  const total = async (topic: EventRecord['topic']): Promise<number> =>
    (await countOn(topic)).reduce((sum, count) => sum + count, 0);
  const large = (key: string, bytes: number): EventRecord => factOf(key, 1, { key, n: 1, text: 'x'.repeat(bytes) });

  beforeEach(async () => {
    config = createKafkaConfig(brokers);
    producer = new RecordProducer(config, silentLogger);
    await topics().prepare();
  });
  afterEach(async () => {
    await producer.close();
    await removeWorld(config);
  });

  it('puts a key where the Java client would', async () => {
    await producer.publish([factOf('foobar', 1)]);
    const partition = (-790_332_482 & 0x7fffffff) % 3;
    expect(await countOn('content.events')).toEqual([0, 1, 2].map((each) => Number(each === partition)));
  });

  it('takes as much in one call as a relay may send, though a broker would not take it in one batch', async () => {
    await producer.publish(Array.from({ length: 16 }, () => large('one key', 500_000)));
    expect(await total('content.events')).toBe(16);
  });

  it('names the one record that is too large; the others of the call are not affected', async () => {
    const tooLarge = large('b', 3_000_000);
    const others = [large('a', 10), large('c', 10)];
    const refused = await producer
      .publish([others[0] as EventRecord, tooLarge, others[1] as EventRecord])
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RecordRefused);
    expect((refused as RecordRefused).eventId).toBe(tooLarge.envelope.id);
    await producer.publish(others);
    expect(await total('content.events')).toBeGreaterThanOrEqual(2);
  });

  it('names a record that the broker refuses among small ones of the same batch', async () => {
    await askBrokers(config, (admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: 2,
            name: `${config.prefix}media.events`,
            configEntries: [{ name: 'max.message.bytes', value: '2000' }],
          },
        ],
      }),
    );
    const records = ['a', 'b', 'c'].map((key) => ({
      ...large(key, key === 'b' ? 4_000 : 10),
      topic: 'media.events' as const,
    }));
    await expect(producer.publish(records)).rejects.toMatchObject({
      name: 'RecordRefused',
      eventId: records[1]?.envelope.id,
    });
  });

  it('keeps twenty senders apart: each record is there once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => producer.publish([factOf(`k${n}`, n)])));
    expect(await total('content.events')).toBe(20);
  });

  it('goes on when a topic was deleted and made again, and is not stopped by one that stays away', async () => {
    await producer.publish([factOf('a', 1), { ...factOf('a', 1), topic: 'media.events' }]);
    await askBrokers(config, (admin) =>
      admin.deleteTopics({ topics: [`${config.prefix}content.events`, `${config.prefix}media.events`] }),
    );
    await eventually(
      () => askBrokers(config, (admin) => admin.listTopics()),
      (names) => !names.some((name) => name.startsWith(config.prefix)),
      'they are gone',
    );
    await new KafkaTopics({ config, logger: silentLogger, topics: ['content.events'] }).prepare();
    await eventually(() => producer.publish([factOf('a', 2)]).then(() => true), Boolean, 'it is published');
    expect(await total('content.events')).toBe(1);
    await expect(producer.publish([{ ...factOf('a', 2), topic: 'media.events' }])).rejects.toThrow();
    await producer.publish([factOf('a', 3)]);
    expect(await total('content.events')).toBe(2);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { describeWithServer, eventually, freePorts, lookAt, takesLessThan } from '@mediamesh/testing';
import type { EventRecord, Subscription } from '../event-bus.js';
import { BusBench, factOf, happened } from '../fixtures/bus-bench.js';
import { askBrokers, createKafkaWorld, type KafkaWorld } from '../fixtures/kafka-world.js';
import { describeConsumers } from './consumer-groups.js';
import { KafkaEventBus } from './kafka-event-bus.js';
import { KafkaTopics } from './kafka-topics.js';

const keys = Array.from({ length: 30 }, (_, n) => `key ${n}`);

describeWithServer('kafka', 'Groups over Kafka', (brokers = '') => {
  let world: KafkaWorld;
  let bench: BusBench;
  beforeEach(async () => {
    world = await createKafkaWorld(brokers);
    bench = await BusBench.set(world);
  });
  afterEach(() => bench.close());

  const openBus = (timing: Parameters<KafkaWorld['openBus']>[0] = {}): KafkaEventBus =>
    bench.keep(world.openBus(timing));
  /** A group that only writes down what it hears. */
  const listen = (bus: KafkaEventBus, heard: EventRecord['envelope'][], over: Partial<Subscription> = {}): void =>
    bus.subscribe({
      group: 'app.group',
      events: [happened],
      broadcast: false,
      database: undefined,
      deliver: (raw) =>
        Promise.resolve(heard.push(raw as EventRecord['envelope'])).then(() => ({ done: true as const })),
      ...over,
    });
  const countIn = (list: readonly unknown[], count: number, sentence: string) =>
    eventually(
      () => list.length,
      (length) => length >= count,
      sentence,
    );
  const publishAll = (bus: KafkaEventBus, n: number) => bus.publish(keys.map((key) => factOf(key, n)));

  it('share their partitions, and hand them over within seconds when an instance is closed', async () => {
    const first = openBus();
    const heardByFirst: EventRecord['envelope'][] = [];
    listen(first, heardByFirst);
    await first.start();
    let round = 0;
    const heardIn = (list: EventRecord['envelope'][]) =>
      new Set(list.filter(({ data }) => (data as { n: number }).n === round).map(({ id }) => id)).size;
    const shareWithAnother = async (): Promise<KafkaEventBus> => {
      const second = openBus();
      const heardBySecond: EventRecord['envelope'][] = [];
      listen(second, heardBySecond);
      await second.start();
      await eventually(
        () => describeConsumers(world.config, silentLogger),
        ([group]) => group?.members.length === 2 && group.members.every(({ partitions }) => partitions.length > 0),
        'both have partitions',
      );
      round += 1;
      await publishAll(first, round);
      await eventually(
        () => heardIn([...heardByFirst, ...heardBySecond]),
        (count) => count === keys.length,
        'all were heard',
      );
      expect([heardIn(heardByFirst), heardIn(heardBySecond)].every((count) => count > 0)).toBe(true);
      return second;
    };
    const handOver = async (second: KafkaEventBus): Promise<void> => {
      await second.close();
      round += 1;
      await publishAll(first, round);
      await eventually(
        () => heardIn(heardByFirst),
        (count) => count === keys.length,
        'the one that is left hears all',
      );
    };
    await takesLessThan(10_000, handOver, shareWithAnother);
  });

  it('take over the partitions of a member that was killed', async () => {
    const bus = openBus();
    const heard: EventRecord['envelope'][] = [];
    listen(bus, heard);
    await bus.start();
    const member = spawn(
      process.execPath,
      [
        join(import.meta.dirname, '../fixtures/silent-member.mjs'),
        brokers,
        `${world.config.prefix}app.group`,
        `${world.config.prefix}content.events`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(member, 'exit');
    const joined: number[][] = [];
    createInterface({ input: member.stdout }).on('line', (line) => joined.push(JSON.parse(line) as number[]));
    await eventually(
      () => joined,
      (all) => all.some((partitions) => partitions.length > 0 && partitions.length < 3),
      'the other member has some of the partitions',
    );
    await publishAll(bus, 1);
    member.kill('SIGKILL');
    await ended;
    await eventually(
      () => new Set(heard.map(({ id }) => id)).size,
      (count) => count === keys.length,
      'all were heard',
    );
  });

  it('handle an event once that comes five times to two instances, also across a hand-over', async () => {
    const [first, second] = [openBus(), openBus()];
    for (const bus of [first, second]) bench.consume(bus, 'one');
    await Promise.all([first.start(), second.start()]);
    const records = keys.map((key) => factOf(key, 1));
    for (let time = 0; time < 3; time += 1) await first.publish(records);
    await second.close();
    for (let time = 0; time < 2; time += 1) await first.publish(records);
    await first.publish(keys.map((key) => factOf(key, 2)));
    await eventually(
      () => bench.effectsOf('one'),
      (seen) => seen.filter((n) => n === 2).length === keys.length,
      'the last round was handled',
    );
    expect((await bench.effectsOf('one')).filter((n) => n === 1)).toHaveLength(keys.length);
  });

  it('go on where they were, and hear nothing again that they reported', async () => {
    const heard: EventRecord['envelope'][] = [];
    const bus = openBus();
    listen(bus, heard);
    await bus.start();
    await publishAll(bus, 1);
    await countIn(heard, keys.length, 'all were heard');
    await bus.close();
    const again: EventRecord['envelope'][] = [];
    const restarted = openBus();
    listen(restarted, again);
    await restarted.start();
    await publishAll(restarted, 2);
    await countIn(again, keys.length, 'the new ones were heard');
    expect(new Set(again.map(({ data }) => (data as { n: number }).n))).toEqual(new Set([2]));
  });

  it('tell a broadcast to every instance from its start on, and leave no group behind', async () => {
    const [first, second] = [openBus(), openBus()];
    const cacheOf = (bus: KafkaEventBus): EventRecord['envelope'][] => {
      const heard: EventRecord['envelope'][] = [];
      listen(bus, heard, { group: 'app.cache', broadcast: true });
      return heard;
    };
    const one = cacheOf(first);
    await first.start();
    await publishAll(first, 1);
    const other = cacheOf(second);
    await second.start();
    await publishAll(first, 2);
    await countIn(one, 2 * keys.length, 'the first heard all');
    await countIn(other, keys.length, 'the second heard what came after its start');
    expect(other).toHaveLength(keys.length);
    // a bus gives brokers that are busy a while to forget its group, and no more; closing it once more asks them again
    const close = () => Promise.all([first.close(), second.close()]);
    await eventually(
      () => close().then(() => describeConsumers(world.config, silentLogger)),
      (groups) => groups.length === 0,
      'no group is left',
    );
  });

  it('hear from partitions that are added while they run', async () => {
    const heard: EventRecord['envelope'][] = [];
    const bus = openBus({ metadataAge: 500 });
    listen(bus, heard);
    await bus.start();
    await publishAll(bus, 1);
    await askBrokers(world.config, (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic: `${world.config.prefix}content.events`, count: 6 }] }),
    );
    const [publisher] = [openBus()];
    await publisher?.start();
    await publishAll(publisher as KafkaEventBus, 2);
    await eventually(
      () => new Set(heard.map(({ id }) => id)).size,
      (count) => count === 2 * keys.length,
      'those in new partitions were heard too',
    );
  });

  it('wait for a topic that is missing until somebody has made it', async () => {
    const heard: EventRecord['envelope'][] = [];
    const bus = openBus({ giveUp: 6_000 });
    listen(bus, heard, { events: [{ type: happened.type, topic: 'media.events' }] });
    await bus.start();
    const began = performance.now();
    const topics = new KafkaTopics({ config: world.config, logger: silentLogger, topics: ['media.events'] });
    expect(await lookAt(topics)).toEqual([expect.objectContaining({ blocks: true })]);
    expect(bus.connected).toBe(false);
    const fact = { ...factOf('a', 1), topic: 'media.events' as const };
    // longer than a consumer that hears nothing is waited for
    while (performance.now() - began < 14_000) await expect(bus.publish([fact])).rejects.toThrow();
    await topics.prepare();
    await eventually(() => bus.publish([fact]).then(() => true), Boolean, 'it can be published');
    await countIn(heard, 1, 'it was heard');
    expect(world.fatal).toEqual([]);
  });

  it('go on with what is left when a topic forgot what they had not heard', async () => {
    const bus = openBus();
    listen(bus, []);
    await bus.start();
    await publishAll(bus, 1);
    await eventually(
      () => bus.countWaiting('app.group'),
      (count) => count === 0,
      'all were heard and reported',
    );
    await bus.close();
    const restarted = openBus();
    const heard: EventRecord['envelope'][] = [];
    listen(restarted, heard);
    const publisher = openBus();
    await publisher.start();
    await publishAll(publisher, 2);
    const topic = `${world.config.prefix}content.events`;
    await askBrokers(world.config, async (admin) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({
        topic,
        partitions: offsets.map(({ partition, high }) => ({ partition, offset: high })),
      });
    });
    await publishAll(publisher, 3);
    await restarted.start();
    await countIn(heard, keys.length, 'what is left was heard');
    expect(new Set(heard.map(({ data }) => (data as { n: number }).n))).toEqual(new Set([3]));
  });

  it('hear again from a topic that was deleted and made again', async () => {
    const bus = openBus({ metadataAge: 1_000 });
    const heard: EventRecord['envelope'][] = [];
    listen(bus, heard);
    await bus.start();
    await publishAll(bus, 1);
    await countIn(heard, keys.length, 'all were heard');
    const topic = `${world.config.prefix}content.events`;
    await askBrokers(world.config, (admin) => admin.deleteTopics({ topics: [topic] }));
    await eventually(
      () => askBrokers(world.config, (admin) => admin.listTopics()),
      (names) => !names.includes(topic),
      'it is gone',
    );
    await new KafkaTopics({ config: world.config, logger: silentLogger, topics: ['content.events'] }).prepare();
    let n = 1;
    const heardAll = (round: number) =>
      heard.filter(({ data }) => (data as { n: number }).n === round).length >= keys.length;
    // what is published before the group has noticed may lie before the place at which it reads on
    await eventually(() => publishAll(bus, (n += 1)).then(() => heardAll(n - 1)), Boolean, 'it hears again', {
      timeoutMs: 60_000,
    });
    await publishAll(bus, (n += 1));
    await eventually(() => heardAll(n), Boolean, 'all were heard');
    await eventually(
      () => bus.countWaiting('app.group'),
      (count) => count === 0,
      'all were reported',
    );
    expect(world.fatal).toEqual([]);
  });

  it('tell operators who is in them and how much waits', async () => {
    const gate = Promise.withResolvers<void>();
    const bus = openBus();
    listen(bus, [], { deliver: () => gate.promise.then(() => ({ done: true })) });
    await bus.start();
    await publishAll(bus, 1);
    await eventually(
      () => bus.countWaiting('app.group'),
      (count) => count === keys.length,
      'all of them wait',
    );
    const [group] = await describeConsumers(world.config, silentLogger);
    expect(group).toMatchObject({
      group: 'app.group',
      state: 'Stable',
      members: [
        { clientId: 'test', partitions: [0, 1, 2].map((partition) => ({ topic: 'content.events', partition })) },
      ],
    });
    expect(group?.partitions.reduce((sum, { lag }) => sum + lag, 0)).toBe(keys.length);
    gate.resolve();
    await eventually(
      () => bus.countWaiting('app.group'),
      (count) => count === 0,
      'nothing waits',
    );
  });

  it('end their process when no broker answers for too long, and say so once', async () => {
    const [port] = await freePorts(1);
    const fatal: string[] = [];
    const bus = new KafkaEventBus({
      config: { ...world.config, brokers: [`127.0.0.1:${port}`] },
      logger: silentLogger,
      timing: { giveUpUnreachable: 5_000 },
      onFatal: ({ message }) => fatal.push(message),
    });
    listen(bus, []);
    listen(bus, [], { group: 'app.other' });
    await bus.start();
    await takesLessThan(10_000, () => expect(bus.publish([factOf('a', 1)])).rejects.toThrow());
    await eventually(
      () => fatal,
      (lines) => lines.length > 0,
      'it gave up',
    );
    await bus.close();
    expect(fatal).toEqual([expect.stringMatching(/^The consumer app\.(group|other) has reached no broker for \d+ s$/)]);
  });
});

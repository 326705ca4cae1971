import { randomUUID } from 'node:crypto';
import { startCleaning } from '@mediamesh/jobs';
import type { Logger } from '@mediamesh/observability';
import type { Database } from '@mediamesh/postgres';
import { type ResourceProblem, within } from '@mediamesh/resilience';
import type { Kafka } from 'kafkajs';
import { EventBus, type EventRecord, type Subscription } from '../event-bus.js';
import { isReachable, noAnswer, withAdmin } from './admin.js';
import { createClient } from './client.js';
import { type PartitionProgress, readProgress } from './consumer-groups.js';
import { GroupConsumer } from './group-consumer.js';
import { daysBeyond, type KafkaConfig, type KafkaTiming, nameOnBroker, usualTiming } from './kafka-config.js';
import { KeptAdmin } from './kept-admin.js';
import { RecordProducer } from './record-producer.js';

/** How long the start waits for brokers. After that, a broadcast may miss events published after the start. */
const longestStart = 5_000;
const longestForgetting = 3_000;
/** A metrics request waits no longer; the value is then left out. */
const longestCount = 2_000;

export interface KafkaEventBusOptions {
  readonly config: KafkaConfig;
  readonly logger: Logger;
  /** Called once, when a consumer of this process is stuck and only a restart of the process helps. */
  readonly onFatal: (error: Error) => void;
  readonly timing?: Partial<KafkaTiming>;
}

/**
 * The bus over Kafka (kafkajs 2.2.4, tested against brokers 4.4). A group is a consumer group; a broadcast is a
 * separate group for each instance. An offset is committed after its event was handled or became a dead letter.
 * {@link KafkaTopics} creates the topics; a consumer waits for a missing one.
 *
 * Limits:
 * - When partitions move, their new owner may start a running event again. The inbox or the revision makes that a
 *   no-op.
 * - A blocked key lets the other keys of its partition pass until 5,000 events or 32 MB wait behind it.
 * - Adding partitions moves keys. Order then holds only among the events before and among those after.
 * - Events that a topic lost before a group read them are lost to it: the index and the catalogue must be rebuilt.
 * - Closing waits ten seconds for a stuck handler and then abandons it.
 */
export class KafkaEventBus extends EventBus {
  private readonly groups = new Map<string, GroupConsumer>();
  private readonly broadcasts: string[] = [];
  private readonly databases = new Set<Database>();
  private stopCleaning = (): Promise<void> => Promise.resolve();
  private readonly started = Promise.withResolvers<void>();
  private readonly producer: RecordProducer;
  private readonly client: Kafka;
  private readonly counting: KeptAdmin;
  private readonly timing: KafkaTiming;
  private state: 'new' | 'started' | 'closed' = 'new';
  private failed = false;

  constructor(private readonly options: KafkaEventBusOptions) {
    super();
    const { config, logger, timing } = options;
    this.timing = { ...usualTiming, ...timing };
    this.producer = new RecordProducer(config, logger);
    this.client = createClient(config, logger);
    this.counting = new KeptAdmin(createClient(config, logger, { connect: 1_000, request: 2_000 }), logger);
  }

  async publish(records: readonly EventRecord[]): Promise<void> {
    await this.started.promise;
    if (this.state === 'closed') throw new Error('The bus is closed');
    await this.producer.publish(records);
  }

  subscribe(subscription: Subscription): void {
    const { config, logger } = this.options;
    const { group, broadcast, events, database } = subscription;
    if (this.groups.has(group)) throw new Error(`The group ${group} subscribes twice`);
    const groupId = nameOnBroker(config, broadcast ? `${group}.${randomUUID()}` : group);
    if (broadcast) this.broadcasts.push(groupId);
    else if (database) this.databases.add(database);
    const consumer = new GroupConsumer({
      subscription,
      groupId,
      topics: [...new Set(events.map(({ topic }) => nameOnBroker(config, topic)))],
      client: this.client,
      timing: this.timing,
      logger,
      readEnds: (topics) => this.readEnds(topics),
      isReachable: () => isReachable(config, logger),
      onFatal: (error) => this.fail(error),
    });
    this.groups.set(group, consumer);
    if (this.state === 'started') consumer.start();
  }

  /** Resolves even when no broker answers: consumers join as soon as one does. */
  async start(): Promise<void> {
    if (this.state !== 'new') throw new Error('The bus was already started');
    this.state = 'started';
    this.stopCleaning = startCleaning(
      this.databases,
      { table: 'inbox', column: 'done_at', days: daysBeyond(this.options.config.retentionHours) },
      this.options.logger,
    );
    const consumers = [...this.groups.values()];
    for (const consumer of consumers) consumer.start();
    try {
      await within(longestStart, Promise.all(consumers.map(({ positioned }) => positioned)), noAnswer);
    } catch (error) {
      this.options.logger.warn('Consumers wait for their brokers', { error });
    }
    this.started.resolve();
  }

  /** Afterwards `publish` rejects, so relays close first. */
  async close(): Promise<void> {
    this.state = 'closed';
    this.started.resolve();
    await Promise.all([this.stopCleaning(), ...[...this.groups.values()].map((consumer) => consumer.close())]);
    await Promise.all([this.producer.close(), this.counting.close(), this.forgetBroadcasts()]);
  }

  override get connected(): boolean {
    return (
      this.state === 'started' && !this.producer.failing && [...this.groups.values()].every(({ joined }) => joined)
    );
  }

  /** Why this process cannot publish, if it does not pass by itself. {@link KafkaTopics} reports it. */
  get problems(): readonly ResourceProblem[] {
    return this.producer.problems;
  }

  override async countWaiting(group: string): Promise<number> {
    const { config } = this.options;
    const consumer = this.groups.get(group);
    if (consumer && !consumer.joined)
      throw new Error(`This process is no member of ${group} at the moment, and cannot tell how much waits for it`);
    const progress = consumer?.progress ?? [];
    if (progress.length === 0) return 0;
    const name = nameOnBroker(config, group);
    const topics = progress.map(({ topic }) => topic);
    return within(
      longestCount,
      this.counting.use(async (admin) => countBehind(progress, await readProgress(admin, name, topics))),
      noAnswer,
    );
  }

  /** A broadcast's group is useless to the next instance. Brokers expire the group of a killed one. */
  private async forgetBroadcasts(): Promise<void> {
    const { config, logger } = this.options;
    if (this.broadcasts.length === 0) return;
    try {
      await within(
        longestForgetting,
        withAdmin(config, logger, (admin) => admin.deleteGroups(this.broadcasts), { connect: 1_000, request: 2_000 }),
      );
    } catch (error) {
      logger.debug('The groups of broadcasts are left to the brokers', { error });
    }
  }

  private readEnds(topics: readonly string[]): Promise<Map<string, number>> {
    return withAdmin(this.options.config, this.options.logger, async (admin) => {
      const ends = await Promise.all(
        topics.map(async (topic) =>
          (await admin.fetchTopicOffsets(topic)).map(({ partition, high }): [string, number] => [
            `${topic}/${partition}`,
            Number(high),
          ]),
        ),
      );
      return new Map(ends.flat());
    });
  }

  private fail(error: Error): void {
    if (this.failed) return;
    this.failed = true;
    this.options.logger.error('This process cannot consume events any more and has to be started again', { error });
    this.options.onFatal(error);
  }
}

function countBehind(progress: GroupConsumer['progress'], reported: readonly PartitionProgress[]): number {
  return progress.reduce((sum, { topic, partition, position }) => {
    const known = reported.find((each) => each.topic === topic && each.partition === partition);
    // the cached metadata of a kept connection may lack new partitions that the group knows; a new connection has them
    if (!known) throw new Error(`The partition ${topic}/${partition} is not known yet`);
    return sum + Math.min(known.lag, position === undefined ? known.lag : Math.max(known.end - position, 0));
  }, 0);
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@mediamesh/observability';
import { within } from '@mediamesh/resilience';
import type { Consumer, EachBatchPayload, IMemberAssignment, Kafka } from 'kafkajs';
import type { Subscription } from '../event-bus.js';
import { typeOfError } from './admin.js';
import { GroupLines, type Place } from './group-lines.js';
import type { KafkaTiming } from './kafka-config.js';
import { Watch } from './watch.js';

const firstPause = 250;
const longestPause = 2_000;
const longestLeave = 5_000;
/** After so many milliseconds a membership was healthy, and its end does not add to the failures before it. */
const lasting = 30_000;
const fetchBytes = { partition: 1_048_576, all: 4_194_304 };

export interface GroupConsumerOptions {
  readonly subscription: Subscription;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly client: Kafka;
  readonly timing: KafkaTiming;
  readonly logger: Logger;
  readonly readEnds: (topics: readonly string[]) => Promise<Map<string, number>>;
  readonly isReachable: () => Promise<boolean>;
  readonly onFatal: (error: Error) => void;
}

/**
 * This process's membership of a group. Fetching never waits for handlers, so they delay no heartbeat. Whenever a
 * membership ends, a new one starts, which fetches the events again that were not started.
 */
export class GroupConsumer {
  private readonly lines: GroupLines;
  private readonly watch: Watch;
  private readonly paused = new Map<string, Place>();
  private readonly closing = new AbortController();
  private readonly ownPosition = Promise.withResolvers<void>();
  /** The next offset of a broadcast, by partition. Other groups continue at their committed offsets. */
  private heard: Map<string, number> | undefined;
  private assigned: Place[] = [];
  private consumer: Consumer | undefined;
  /** Set during a rebalance: no events are accepted until this process has joined again. */
  private rebalancing = false;
  private commitTimer: NodeJS.Timeout | undefined;
  private committing: Promise<void> = Promise.resolve();
  private running: Promise<void> = Promise.resolve();
  private failures = 0;

  constructor(private readonly options: GroupConsumerOptions) {
    const { subscription, logger, timing, isReachable, onFatal } = options;
    this.lines = new GroupLines({ subscription, logger, onDone: () => this.onDone() });
    this.watch = new Watch({ name: subscription.group, timing, isReachable, onFatal });
  }

  /** Whether this process is a member of the group, and the group answers. */
  get joined(): boolean {
    return this.consumer !== undefined && !this.watch.quiet;
  }

  /** The assigned partitions, with the first unhandled offset where events were fetched. */
  get progress(): readonly (Place & { readonly position: number | undefined })[] {
    return this.assigned.map((place) => ({ ...place, position: this.lines.positionOf(place) }));
  }

  start(): void {
    this.watch.start();
    this.running = this.run();
  }

  /** For a broadcast: resolves when its start offset is known. */
  get positioned(): Promise<void> {
    return this.options.subscription.broadcast ? this.ownPosition.promise : Promise.resolve();
  }

  /** Starts no more events, waits up to `timing.finish` for the running ones, commits and leaves the group. */
  async close(): Promise<void> {
    this.watch.stop();
    this.consumer?.pause(this.assigned.map(({ topic, partition }) => ({ topic, partitions: [partition] })));
    await this.finish();
    clearTimeout(this.commitTimer);
    await this.endOrLeaveBehind(this.commit());
    this.closing.abort();
    await this.endOrLeaveBehind(this.running);
  }

  private async finish(): Promise<void> {
    const { timing, logger, subscription } = this.options;
    try {
      await within(timing.finish, this.lines.stop());
    } catch {
      logger.warn('A handler has not ended although its process stops; its event comes again after the next start', {
        consumer: subscription.group,
      });
    }
  }

  private async run(): Promise<void> {
    const { subscription, logger } = this.options;
    while (!this.closing.signal.aborted) {
      const began = performance.now();
      try {
        await this.consume();
      } catch (error) {
        if (performance.now() - began > lasting) this.failures = 0;
        const missing = typeOfError(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
        // a restart creates no topic: an operator must, and readiness reports it
        if (missing) this.watch.noteLife();
        if (this.failures++ % 10 === 0)
          logger.warn(
            missing
              ? 'A topic of a consumer is missing and is waited for: npm run mesh -- migrate makes it'
              : 'A consumer lost its brokers and comes back',
            { consumer: subscription.group, topics: this.options.topics, error },
          );
      }
      await this.pause(Math.min(firstPause * 2 ** Math.min(this.failures, 8), longestPause));
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    if (!this.closing.signal.aborted)
      await delay(milliseconds, undefined, { signal: this.closing.signal }).catch(() => undefined);
  }

  private async consume(): Promise<void> {
    const { client, groupId, topics, timing, subscription, readEnds, logger } = this.options;
    if (subscription.broadcast) this.heard ??= await readEnds(topics);
    if (this.closing.signal.aborted) return;
    this.ownPosition.resolve();
    const ended = Promise.withResolvers<void>();
    const session = new AbortController();
    const consumer = client.consumer({
      groupId,
      sessionTimeout: timing.session,
      rebalanceTimeout: timing.rebalance,
      heartbeatInterval: Math.min(timing.fetchWait, timing.session / 3),
      maxWaitTimeInMs: timing.fetchWait,
      minBytes: 1,
      maxBytes: fetchBytes.all,
      maxBytesPerPartition: fetchBytes.partition,
      metadataMaxAge: timing.metadataAge,
      allowAutoTopicCreation: false,
      retry: { retries: 3, initialRetryTime: 200, maxRetryTime: 1_000, restartOnFailure: () => Promise.resolve(false) },
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => ended.reject(payload.error));
    // an abandoned consumer may still emit events
    const unlessOver = (act: () => void) => void (session.signal.aborted || act());
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
      unlessOver(() => {
        if (this.consumer === undefined || this.rebalancing) return this.onJoined(consumer, payload.memberAssignment);
        // kafkajs joined again by itself because a leader moved, and fetches from other brokers went on. Their events
        // come after those dropped now, so a new membership starts.
        session.abort();
        logger.info('Partitions have moved; a consumer joins its group anew', { consumer: subscription.group });
        ended.resolve();
      }),
    );
    consumer.on(consumer.events.REBALANCING, () => unlessOver(() => this.onRebalancing()));
    consumer.on(consumer.events.HEARTBEAT, () => unlessOver(() => this.watch.noteLife()));
    this.watch.onStalled = () => ended.reject(new Error('The brokers answer, but not this consumer'));
    this.closing.signal.addEventListener('abort', () => ended.resolve(), { once: true, signal: session.signal });
    ended.promise.catch(() => undefined); // it may reject before it is awaited
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (payload) => Promise.resolve(unlessOver(() => this.take(consumer, payload))),
      });
      await ended.promise;
    } finally {
      session.abort();
      this.consumer = undefined;
      this.rebalancing = false;
      this.forget();
      this.assigned = [];
      await this.endOrLeaveBehind(consumer.disconnect());
    }
  }

  /** Does not wait longer for brokers that are gone: they notice by themselves that a member has left. */
  private async endOrLeaveBehind(work: Promise<void>): Promise<void> {
    try {
      await within(longestLeave, work);
    } catch (error) {
      this.options.logger.debug('A consumer could not leave its group in order', {
        consumer: this.options.subscription.group,
        error,
      });
    }
  }

  private onJoined(consumer: Consumer, assignment: IMemberAssignment): void {
    this.forget();
    this.rebalancing = false;
    this.assigned = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    this.consumer = consumer;
    for (const { topic, partition } of this.paused.values()) consumer.resume([{ topic, partitions: [partition] }]);
    this.paused.clear();
    for (const [name, offset] of this.heard ?? []) {
      const place = this.assigned.find((each) => nameOf(each) === name);
      if (place) consumer.seek({ ...place, offset: String(offset) });
    }
    this.options.logger.info('A consumer has joined its group', {
      consumer: this.options.subscription.group,
      partitions: this.assigned.length,
    });
  }

  /** Commits while this process still owns its partitions, and starts nothing that another member may soon own. */
  private onRebalancing(): void {
    this.rebalancing = true;
    void this.commit();
    this.forget();
  }

  /** Drops events that have not started. A broadcast goes back to its first unhandled offset. */
  private forget(): void {
    for (const place of this.heard ? this.assigned : []) {
      const position = this.lines.positionOf(place);
      if (position !== undefined) this.heard?.set(nameOf(place), position);
    }
    this.lines.forget();
  }

  /** Only queues the events; handlers run independently. */
  private take(consumer: Consumer, { batch, resolveOffset, isStale }: EachBatchPayload): void {
    // after a failed join, kafkajs fetches from where the last fetches ended: behind the dropped events
    if (isStale() || this.rebalancing || this.closing.signal.aborted) return;
    const { topic, partition, messages } = batch;
    const place = { topic, partition };
    const last = this.lines.take({ ...place, messages, last: Number(batch.lastOffset()) });
    this.watch.noteLife();
    if (last !== undefined) {
      resolveOffset(String(last));
      this.heard?.set(nameOf(place), last + 1);
      this.scheduleCommit();
    }
    if (!this.lines.hasRoom(place)) {
      this.paused.set(nameOf(place), place);
      consumer.pause([{ topic, partitions: [partition] }]);
    }
  }

  private onDone(): void {
    this.scheduleCommit();
    for (const [name, { topic, partition }] of this.paused) {
      if (!this.lines.isRoomy({ topic, partition })) continue;
      this.paused.delete(name);
      this.consumer?.resume([{ topic, partitions: [partition] }]);
    }
  }

  private scheduleCommit(): void {
    if (this.options.subscription.broadcast) return;
    this.commitTimer ??= setTimeout(() => void this.commit(), this.options.timing.commit);
  }

  /** Fails during a rebalance. The partition's next owner then handles the events again. */
  private commit(): Promise<void> {
    this.commitTimer = undefined;
    const handled = this.lines.uncommitted();
    const consumer = this.consumer;
    if (!consumer || handled.length === 0 || this.options.subscription.broadcast) return this.committing;
    this.committing = this.committing.then(async () => {
      try {
        await consumer.commitOffsets(handled.map(({ place, position }) => ({ ...place, offset: String(position) })));
        for (const { window, position } of handled) window.markCommitted(position);
      } catch (error) {
        this.options.logger.debug('What was handled could not be reported', {
          consumer: this.options.subscription.group,
          error,
        });
        this.scheduleCommit();
      }
    });
    return this.committing;
  }
}

const nameOf = ({ topic, partition }: Place): string => `${topic}/${partition}`;

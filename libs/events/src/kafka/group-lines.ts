import type { Logger } from '@mediamesh/observability';
import type { KafkaMessage } from 'kafkajs';
import type { Subscription, Tries } from '../event-bus.js';
import { type Entry, Lines } from '../lines.js';
import { readMessage, sizeOfFetched } from './cloud-event-headers.js';
import { PartitionWindow } from './partition-window.js';

const parallel = 8;
/** The most that a group holds in memory. So much can be fetched behind a blocked key before its partition pauses. */
const memory = { rowsOfPartition: 5_000, bytes: 32_000_000 };
const unexpectedWait = 1_000;
const noTries: Tries = { failed: 0, paused: 0 };

/** A partition of a topic, by the name on the broker. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
}

export interface FetchedBatch extends Place {
  readonly messages: readonly KafkaMessage[];
  /** The last offset the batch covers, which need not be that of a message. */
  readonly last: number;
}

interface Held extends Entry, Place {
  readonly message: KafkaMessage;
  readonly window: PartitionWindow;
  readonly offset: number;
  tries: Tries;
}

export interface GroupLinesOptions {
  readonly subscription: Subscription;
  readonly logger: Logger;
  readonly onDone: () => void;
}

/** The fetched and unfinished events of a group: queues by key, and the offsets that may be committed. */
export class GroupLines {
  private readonly lines: Lines<Held>;
  private readonly windows = new Map<string, { readonly place: Place; readonly window: PartitionWindow }>();
  private readonly types: ReadonlySet<string>;
  /** Distinguishes events that were fetched again from running ones fetched before. */
  private round = 0;

  constructor(private readonly options: GroupLinesOptions) {
    this.types = new Set(options.subscription.events.map(({ type }) => type));
    this.lines = new Lines({ parallel, work: (entry) => this.work(entry), onDone: options.onDone });
  }

  hasRoom(place: Place): boolean {
    return this.windowOf(place).size < memory.rowsOfPartition && this.lines.bytes < memory.bytes;
  }

  /** Whether there is enough room to resume a paused partition. */
  isRoomy(place: Place): boolean {
    return this.windowOf(place).size <= memory.rowsOfPartition / 2 && this.lines.bytes <= memory.bytes / 2;
  }

  /** Queues a batch, or the part of it there is room for. Returns the last offset taken, if any. */
  take(batch: FetchedBatch): number | undefined {
    const window = this.windowFor(batch);
    const entries: Held[] = [];
    let last: number | undefined;
    let whole = true;
    let room = memory.bytes - this.lines.bytes;
    for (const message of batch.messages) {
      whole = window.size < memory.rowsOfPartition && room > 0;
      if (!whole) break;
      room -= sizeOfFetched(message);
      last = Number(message.offset);
      if (this.isWanted(message)) {
        window.take(last);
        entries.push(this.entryOf(batch, message, window, last));
      } else window.pass(last);
    }
    if (whole) {
      last = batch.last;
      window.pass(last);
    }
    this.lines.add(entries);
    return last;
  }

  /** Drops events that are not running. They are fetched again, by this process or the partition's next owner. */
  forget(): void {
    this.round += 1;
    this.lines.forget();
    this.windows.clear();
  }

  /** Starts no more events. Resolves when the running ones have ended. */
  stop(): Promise<void> {
    return this.lines.stop();
  }

  /** The partitions with handled events that are not committed. */
  uncommitted(): { place: Place; window: PartitionWindow; position: number }[] {
    return [...this.windows.values()].flatMap(({ place, window }) =>
      window.news === undefined ? [] : [{ place, window, position: window.news }],
    );
  }

  positionOf(place: Place): number | undefined {
    return this.windows.get(nameOf(place))?.window.position;
  }

  /** A message without a type or a CloudEvents version is wanted too: it becomes a dead letter. */
  private isWanted({ headers }: KafkaMessage): boolean {
    const type = headers?.['ce_type'];
    return !Buffer.isBuffer(type) || this.types.has(type.toString()) || headers?.['ce_specversion'] === undefined;
  }

  private entryOf({ topic, partition }: Place, message: KafkaMessage, window: PartitionWindow, offset: number): Held {
    const key = `${topic}/${partition}/${message.key ? `key ${message.key.toString('latin1')}` : `offset ${offset}`}`;
    return {
      id: `${this.round}/${topic}/${partition}/${offset}`,
      key,
      bytes: sizeOfFetched(message),
      topic,
      partition,
      message,
      window,
      offset,
      tries: noTries,
    };
  }

  private async work(entry: Held): Promise<number | undefined> {
    const { subscription, logger } = this.options;
    try {
      const { raw, origin } = readMessage(entry.topic, entry.partition, entry.message);
      const outcome = await subscription.deliver(raw, entry.tries, origin);
      if (!outcome.done) {
        entry.tries = outcome.tries;
        return outcome.wait;
      }
    } catch (error) {
      logger.error('A delivery failed in an unexpected way and will be tried again', {
        consumer: subscription.group,
        topic: entry.topic,
        partition: entry.partition,
        offset: entry.offset,
        error,
      });
      return unexpectedWait;
    }
    entry.window.finish(entry.offset);
    return undefined;
  }

  /** Offsets that fall mean that the topic was recreated or truncated: the state of the old ones is dropped. */
  private windowFor({ messages: [first], ...place }: FetchedBatch): PartitionWindow {
    const { next } = this.windowOf(place);
    if (first && next !== undefined && Number(first.offset) < next) {
      this.windows.delete(nameOf(place));
      this.round += 1;
    }
    return this.windowOf(place);
  }

  private windowOf({ topic, partition }: Place): PartitionWindow {
    const name = nameOf({ topic, partition });
    const known = this.windows.get(name) ?? { place: { topic, partition }, window: new PartitionWindow() };
    this.windows.set(name, known);
    return known.window;
  }
}

const nameOf = ({ topic, partition }: Place): string => `${topic}/${partition}`;

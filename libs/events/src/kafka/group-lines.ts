import type { Logger } from '@mediamesh/observability';
import type { KafkaMessage } from 'kafkajs';
import type { Subscription, Tries } from '../event-bus.js';
import { type Entry, Lines } from '../lines.js';
import { readMessage, sizeOfFetched } from './cloud-event-headers.js';
import { PartitionWindow } from './partition-window.js';

const parallel = 8;
/**
 * The most that a group holds in memory. A key that stands still lets the others of its partition go on until so much
 * has come after it.
 */
const memory = { rowsOfPartition: 5_000, bytes: 32_000_000 };
const unexpectedWait = 1_000;
const noTries: Tries = { failed: 0, paused: 0 };

/** A partition of a topic, by their names on the broker. */
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
  /** Called when something was done, so that there is something to commit and perhaps room. */
  readonly onDone: () => void;
}

/** What a group has fetched and not finished: lines of events by key, and for each partition what may be committed. */
export class GroupLines {
  private readonly lines: Lines<Held>;
  private readonly windows = new Map<string, { readonly place: Place; readonly window: PartitionWindow }>();
  private readonly types: ReadonlySet<string>;
  /** Tells what was fetched again apart from what is still under way from before. */
  private round = 0;

  constructor(private readonly options: GroupLinesOptions) {
    this.types = new Set(options.subscription.events.map(({ type }) => type));
    this.lines = new Lines({ parallel, work: (entry) => this.work(entry), onDone: options.onDone });
  }

  /** Whether more may be taken of a partition. */
  hasRoom(place: Place): boolean {
    return this.windowOf(place).size < memory.rowsOfPartition && this.lines.bytes < memory.bytes;
  }

  /** Whether there is so much room that a paused partition may go on. */
  isRoomy(place: Place): boolean {
    return this.windowOf(place).size <= memory.rowsOfPartition / 2 && this.lines.bytes <= memory.bytes / 2;
  }

  /** Takes a batch, or as much of it as there is room for; answers the last offset taken, if any. */
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

  /** Drops what is not under way: it is fetched again, here or by whoever has the partition then. */
  forget(): void {
    this.round += 1;
    this.lines.forget();
    this.windows.clear();
  }

  /** Begins nothing more; resolves when what was under way has ended. */
  stop(): Promise<void> {
    return this.lines.stop();
  }

  /** The partitions of which more was handled than was committed. */
  uncommitted(): { place: Place; window: PartitionWindow; position: number }[] {
    return [...this.windows.values()].flatMap(({ place, window }) =>
      window.news === undefined ? [] : [{ place, window, position: window.news }],
    );
  }

  /** The first unhandled offset of a partition, when something of it was fetched. */
  positionOf(place: Place): number | undefined {
    return this.windows.get(nameOf(place))?.window.position;
  }

  /** Anything that does not say what it is has to be looked at. */
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

  /**
   * A topic that was made again, or that forgot what was not heard, begins at other offsets: what was known of the old
   * ones says nothing.
   */
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

import type { Logger } from '@mediamesh/observability';
import type { Database } from '@mediamesh/postgres';
import type { Subscription, Tries } from '../event-bus.js';
import { type Entry, Lines } from '../lines.js';
import { readWaiting, writeWaiting, type WrittenRecord } from './waiting-rows.js';

const parallel = 8;
const page = { rows: 500, bytes: 8_000_000 };
/** The most that a group holds in memory. Further events stay in the inbox until there is room. */
const memory = { rows: 2_000, bytes: 32_000_000 };
/** Further events of a key with so many in memory stay in the inbox, to leave room for other keys. */
const longLine = 100;
const unexpectedWait = 1_000;
const lookAgain = 5_000;

interface WaitingEvent extends Entry {
  readonly envelope: unknown;
  tries: Tries;
}

const entryOf = (id: string, key: string, envelope: unknown, bytes: number): WaitingEvent => ({
  id,
  key,
  envelope,
  bytes,
  tries: { failed: 0, paused: 0 },
});

const createLines = (subscription: Subscription, logger: Logger, onDone?: (key: string) => void): Lines<WaitingEvent> =>
  new Lines({
    parallel,
    onDone,
    work: async (entry) => {
      try {
        const outcome = await subscription.deliver(entry.envelope, entry.tries);
        if (outcome.done) return undefined;
        entry.tries = outcome.tries;
        return outcome.wait;
      } catch (error) {
        logger.error('A delivery failed in an unexpected way and will be tried again', {
          consumer: subscription.group,
          eventId: entry.id,
          error,
        });
        return unexpectedWait;
      }
    },
  });

export interface Group {
  /** Resolves when the records are safe with the group. */
  take(records: readonly WrittenRecord[]): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** A group whose events wait in its inbox. Memory holds the oldest of them, for speed. */
export class DurableGroup implements Group {
  private readonly lines: Lines<WaitingEvent>;
  private timer: NodeJS.Timeout | undefined;
  private working = false;
  /** The inbox has rows that are not in memory. No newer event may overtake them. */
  private behind = false;
  private reading = false;
  /** Keys with long queues, for which more may wait in the inbox. */
  private readonly long = new Set<string>();
  /** Incremented at the start and at the end of each read. */
  private reads = 0;

  constructor(
    private readonly subscription: Subscription,
    private readonly database: Database,
    private readonly logger: Logger,
  ) {
    this.lines = createLines(subscription, logger, (key) => this.onDone(key));
  }

  async take(records: readonly WrittenRecord[]): Promise<void> {
    const reads = this.reads;
    try {
      const fresh = await writeWaiting(this.database, this.subscription.group, records);
      // A page read meanwhile may contain these rows, or older ones that must go first.
      if (
        this.working &&
        !this.behind &&
        !this.reading &&
        this.reads === reads &&
        this.lines.size < memory.rows &&
        this.lines.bytes < memory.bytes
      ) {
        for (const { envelope, size } of records) {
          if (fresh.has(envelope.id) && this.hasRoom(envelope.partitionkey))
            this.lines.add([entryOf(envelope.id, envelope.partitionkey, envelope, size)]);
        }
      } else if (fresh.size > 0) {
        this.fallBehind();
      }
    } catch (error) {
      // The rows may be committed although the response was lost.
      this.fallBehind();
      throw error;
    }
  }

  start(): void {
    this.working = true;
    this.fallBehind();
    this.timer = setInterval(() => this.fallBehind(), lookAgain);
  }

  async stop(): Promise<void> {
    this.working = false;
    clearInterval(this.timer);
    await this.lines.stop();
  }

  /**
   * Whether an event may go straight to memory. Once one may not, later ones of its key wait for a read of the inbox.
   */
  private hasRoom(key: string): boolean {
    if (this.lines.lengthOf(key) >= longLine) this.long.add(key);
    return !this.long.has(key);
  }

  private onDone(key: string): void {
    if (this.long.has(key) && this.lines.lengthOf(key) <= longLine / 2) this.behind = true;
    this.catchUp();
  }

  private fallBehind(): void {
    this.behind = true;
    this.catchUp();
  }

  private catchUp(): void {
    const roomy = this.lines.size <= memory.rows / 2 && this.lines.bytes <= memory.bytes / 2;
    if (this.working && this.behind && !this.reading && roomy) void this.readPage();
  }

  private async readPage(): Promise<void> {
    this.reading = true;
    this.behind = false;
    this.reads += 1;
    try {
      const keys = this.lines.keysLongerThan(longLine / 2);
      this.long.clear();
      for (const key of keys) this.long.add(key);
      const { rows, complete } = await readWaiting(
        this.database,
        this.subscription.group,
        { ids: this.lines.ids(), keys },
        page,
      );
      if (!complete) this.behind = true;
      // Rows in memory at the time of the query may be done by now; the rows of the page cannot be.
      if (this.working)
        this.lines.add(rows.map(({ eventId, key, envelope, size }) => entryOf(eventId, key, envelope, size)));
      this.endRead();
      this.catchUp();
    } catch (error) {
      this.logger.warn('The inbox of a consumer cannot be read', { consumer: this.subscription.group, error });
      this.behind = true;
      this.endRead();
    }
  }

  private endRead(): void {
    this.reads += 1;
    this.reading = false;
  }
}

/** A group that gets events from memory only, while it runs. */
export class BroadcastGroup implements Group {
  private readonly lines: Lines<WaitingEvent>;
  private working = false;

  constructor(
    private readonly subscription: Subscription,
    private readonly logger: Logger,
  ) {
    this.lines = createLines(subscription, logger);
  }

  take(records: readonly WrittenRecord[]): Promise<void> {
    if (this.working && this.lines.size < memory.rows)
      this.lines.add(records.map(({ envelope, size }) => entryOf(envelope.id, envelope.partitionkey, envelope, size)));
    else if (this.working)
      this.logger.error('A consumer of broadcasts is too slow and misses events', {
        consumer: this.subscription.group,
        missed: records.length,
      });
    return Promise.resolve();
  }

  start(): void {
    this.working = true;
  }

  async stop(): Promise<void> {
    this.working = false;
    await this.lines.stop();
  }
}

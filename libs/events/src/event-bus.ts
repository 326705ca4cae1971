import type { Envelope, Topic } from '@mediamesh/contracts';
import type { Database } from '@mediamesh/postgres';

/** An event on its way: what the outbox holds, what a topic carries. */
export interface EventRecord {
  readonly topic: Topic;
  readonly envelope: Envelope;
}

/** How often a delivery failed for its own reasons, and how often it waited for something that was down. */
export interface Tries {
  readonly failed: number;
  readonly paused: number;
}

/**
 * The message that brought an event, as it came from the broker: kept with the event when that becomes a dead letter.
 */
export interface MessageOrigin {
  /** Its name on the broker. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** When the broker or the producer says it was written, in milliseconds since the epoch. */
  readonly timestamp: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly { readonly name: string; readonly value: Uint8Array | null }[];
  /** Why the message as such is not an event, whatever else it says. */
  readonly problem?: string;
}

/**
 * What became of a delivery: done for good, or to be tried again after `wait` milliseconds, its line waiting meanwhile.
 */
export type Outcome = { readonly done: true } | { readonly done: false; readonly wait: number; readonly tries: Tries };

/** A group of consumers that shares the work: each event reaches one of its instances. */
export interface Subscription {
  /** `<app>.<consumer>`, such as `search-service.indexing`. */
  readonly group: string;
  /** The events it wants, by type and topic; others are not its business. */
  readonly events: readonly { readonly type: string; readonly topic: Topic }[];
  /** Every instance hears everything, from memory, from now on: for caches only. */
  readonly broadcast: boolean;
  /** The consumer's own database, which holds its inbox; only a broadcast does without. */
  readonly database: Database | undefined;
  /**
   * Deals with one delivery. `raw` came from outside and is checked here; a bus whose events come in messages of a
   * broker hands the message on too. A rejection means the same as "again in a second".
   */
  deliver(raw: unknown, tries: Tries, origin?: MessageOrigin): Promise<Outcome>;
}

/** The bus names one event that it will never accept, such as one too large for the broker. Others are not affected. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';

  constructor(
    readonly eventId: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/**
 * Carries facts from the outboxes to the groups that want them. Every adapter keeps this promise:
 *
 * - What `publish` acknowledged reaches every group that wants it at least once, also after any process was killed.
 * - Events with one partition key reach a group one after the other, in the order in which they were published; an
 *   event that is tried again holds up its key only. Keys go side by side.
 * - Groups know nothing of each other: one that is slow, failing or paused holds up no other.
 * - An event may come twice; consumers record what they have done, or compare revisions.
 * - A broadcast subscription hears what is published from now on, on every instance, without any promise beyond that.
 */
export abstract class EventBus {
  /**
   * Resolves when every group has durably taken over every record. Rejects with {@link RecordRefused} for a record that
   * can never be taken (nothing of the call counts as published, though parts may arrive), and with anything else when
   * the bus cannot be reached: then the same records are published again later. Waits until the bus is started.
   */
  abstract publish(records: readonly EventRecord[]): Promise<void>;

  /** Adds a group; its waiting events are delivered from `start` on. Two subscriptions cannot share a group's name. */
  abstract subscribe(subscription: Subscription): void;

  /**
   * Begins to deliver. Called once, when all groups have subscribed: a fact that nobody has asked for yet would be
   * lost.
   */
  abstract start(): Promise<void>;

  /**
   * Takes no new delivery, waits for those under way and resolves; an adapter may bound how long it waits. What waits
   * or was left behind is found after the next start.
   */
  abstract close(): Promise<void>;

  /**
   * How many events wait for the instance of a group in this process, those being handled included. Rejects when that
   * cannot be told.
   */
  countWaiting(_group: string): Promise<number> {
    return Promise.resolve(0);
  }

  /** Whether the bus reaches what carries its events; what is published meanwhile waits in the outboxes. */
  get connected(): boolean {
    return true;
  }
}

import type { Envelope, Topic } from '@mediamesh/contracts';
import type { Database } from '@mediamesh/postgres';

/** An event to be published, and its topic. */
export interface EventRecord {
  readonly topic: Topic;
  readonly envelope: Envelope;
}

/** How often a handler failed, and how often it waited for something that was down. */
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
 * The outcome of a delivery: done, or to be retried after `wait` milliseconds. Events of the same key wait meanwhile.
 */
export type Outcome = { readonly done: true } | { readonly done: false; readonly wait: number; readonly tries: Tries };

/** A consumer group: each event reaches one of its instances. */
export interface Subscription {
  /** `<app>.<consumer>`, such as `search-service.indexing`. */
  readonly group: string;
  /** The events it consumes. */
  readonly events: readonly { readonly type: string; readonly topic: Topic }[];
  /** Every instance gets every event published from now on, without an inbox: for caches only. */
  readonly broadcast: boolean;
  /** The consumer's own database, which holds its inbox; only a broadcast does without. */
  readonly database: Database | undefined;
  /**
   * Handles one event. `raw` comes from outside and is checked here. `origin` is the broker's message, where there is
   * one. A rejection means a retry in a second.
   */
  deliver(raw: unknown, tries: Tries, origin?: MessageOrigin): Promise<Outcome>;
}

/** The bus will never accept one event, such as one too large for the broker. Others are not affected. */
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
 * Carries events from the outboxes to consumer groups. Every adapter keeps this promise:
 *
 * - What `publish` acknowledged reaches every group that consumes it at least once, even when any process is killed.
 * - Events with one partition key reach a group one after the other, in the order of their publication. A retry delays
 *   its own key only. Keys are handled in parallel.
 * - Groups are independent: one that is slow, failing or paused delays no other.
 * - An event may be delivered twice: consumers record what they have done, or compare revisions.
 * - A broadcast reaches every instance that is up. It is never repeated.
 */
export abstract class EventBus {
  /**
   * Resolves when every record is durable for every group. Rejects with {@link RecordRefused} for a record that will
   * never be accepted: nothing of the call counts as published, though parts may arrive. Rejects with any other error
   * when the bus cannot be reached; the caller publishes the same records again. Waits until the bus is started.
   */
  abstract publish(records: readonly EventRecord[]): Promise<void>;

  /** Adds a group; its waiting events are delivered from `start` on. Two subscriptions cannot share a group's name. */
  abstract subscribe(subscription: Subscription): void;

  /**
   * Begins to deliver. Called once, after all groups have subscribed: an event without a group would be lost.
   */
  abstract start(): Promise<void>;

  /**
   * Begins no delivery and waits for those under way; an adapter may bound that wait. Events that are left are
   * delivered after the next start.
   */
  abstract close(): Promise<void>;

  /**
   * How many events wait for the instance of a group in this process, those being handled included. Rejects when the
   * number is not known.
   */
  countWaiting(_group: string): Promise<number> {
    return Promise.resolve(0);
  }

  /** Whether the bus reaches its broker. Otherwise events wait in the outboxes. */
  get connected(): boolean {
    return true;
  }
}

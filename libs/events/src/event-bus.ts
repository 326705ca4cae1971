import type { Envelope, Topic } from '@mediamesh/contracts';
import type { Database } from '@mediamesh/postgres';

export interface EventRecord {
  readonly topic: Topic;
  readonly envelope: Envelope;
}

/** `paused`: how often the handler waited for a dependency that was down. */
export interface Tries {
  readonly failed: number;
  readonly paused: number;
}

/** The broker's message that carried an event. It is stored in the dead letter of that event. */
export interface MessageOrigin {
  /** The name on the broker. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Milliseconds since the epoch, set by the broker or the producer. */
  readonly timestamp: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly { readonly name: string; readonly value: Uint8Array | null }[];
  /** Why the message is not an event. */
  readonly problem?: string;
}

/** Done, or to be retried after `wait` milliseconds. Events of the same key wait meanwhile. */
export type Outcome = { readonly done: true } | { readonly done: false; readonly wait: number; readonly tries: Tries };

/** A consumer group: each event reaches one of its instances. */
export interface Subscription {
  /** `<app>.<consumer>`, such as `search-service.indexing`. */
  readonly group: string;
  readonly events: readonly { readonly type: string; readonly topic: Topic }[];
  /** Every instance gets every event published while it runs, without an inbox. For caches only. */
  readonly broadcast: boolean;
  /** The app's own database, which holds the inbox. Only a broadcast has none. */
  readonly database: Database | undefined;
  /**
   * `raw` is untrusted. `origin` is the broker's message, if there is a broker. A rejection means a retry in a second.
   */
  deliver(raw: unknown, tries: Tries, origin?: MessageOrigin): Promise<Outcome>;
}

/** The bus never accepts this event, for example because it is too large. Other events are not affected. */
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
 * Carries events from the outboxes to consumer groups. Every adapter guarantees:
 *
 * - What `publish` acknowledged reaches every group that consumes it at least once, even when any process is killed.
 * - A group handles the events of a partition key one by one, in the order of their publication. A retry delays its own
 *   key only. Keys are handled in parallel.
 * - Groups are independent: one that is slow, failing or paused delays no other.
 * - An event may be delivered twice: consumers record the events they have handled, or compare revisions.
 * - A broadcast reaches every running instance and is never retried.
 */
export abstract class EventBus {
  /**
   * Resolves when every record is durable for every group. Rejects with {@link RecordRefused} if a record is never
   * accepted, and with another error if the bus is unreachable; the caller then publishes the same records again. After
   * a rejection no record counts as published, though some may arrive. Waits until the bus is started.
   */
  abstract publish(records: readonly EventRecord[]): Promise<void>;

  /** Adds a group. Its waiting events are delivered after `start`. Throws when the group already exists. */
  abstract subscribe(subscription: Subscription): void;

  /** Starts delivery. Called once, after all groups have subscribed: an event without a group would be lost. */
  abstract start(): Promise<void>;

  /**
   * Starts no more deliveries and waits for the running ones, in some adapters for a limited time. Remaining events are
   * delivered after the next start.
   */
  abstract close(): Promise<void>;

  /** How many events wait for this process's instance of a group, with those being handled. Rejects if unknown. */
  countWaiting(_group: string): Promise<number> {
    return Promise.resolve(0);
  }

  /** Whether the bus reaches its broker. Otherwise events wait in the outboxes. */
  get connected(): boolean {
    return true;
  }
}

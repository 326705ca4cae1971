import { randomUUIDv7 } from 'node:crypto';
import {
  type AppName,
  dataschemaOf,
  type Envelope,
  type EventDefinition,
  tellInVersions,
  tooLarge,
} from '@mediamesh/contracts';
import { currentContext, traceparentOf } from '@mediamesh/observability';
import { type Database, type EntityManager, query } from '@mediamesh/postgres';
import type { z } from 'zod';

const maximumBytes = 512_000;

/**
 * The only way to publish an event. The class is also the injection token. Append *after* the aggregate's own write:
 * its row lock then orders the events like the aggregate's changes.
 */
export class Outbox {
  private readonly database: Database;
  private readonly app: AppName;
  private readonly committed = new Set<() => void>();
  private readonly announced = new WeakSet<object>();

  constructor({ database, app }: { database: Database; app: AppName }) {
    this.database = database;
    this.app = app;
  }

  /** Publishes an event after the commit. Throws `tooLarge` (413) for an envelope above 512 kB. */
  async append<P extends z.ZodType>(tx: EntityManager, event: EventDefinition<P>, payload: z.input<P>): Promise<void> {
    await this.appendMany(tx, event, [payload]);
  }

  /** The same for many payloads, in order, in one statement. An event with a former version is published in both. */
  async appendMany<P extends z.ZodType>(
    tx: EntityManager,
    event: EventDefinition<P>,
    payloads: readonly z.input<P>[],
  ): Promise<void> {
    if (!tx.queryRunner?.isTransactionActive)
      throw new Error(`${event.type} must be appended in the transaction of its cause`);
    if (payloads.length === 0) return;
    const envelopes = payloads.flatMap((payload) => this.tell(event, payload));
    const texts = envelopes.map((envelope) => JSON.stringify(envelope));
    const sizes = texts.map((text) => Buffer.byteLength(text));
    if (sizes.some((size) => size > maximumBytes))
      throw tooLarge('request.too_large', { values: { maximum: maximumBytes } });
    await query(
      tx,
      `insert into outbox (event_id, topic, envelope, size)
       select event_id, $1, envelope::json, size
       from unnest($2::uuid[], $3::text[], $4::integer[])
       with ordinality as event (event_id, envelope, size, position)
       order by position`,
      [event.topic, envelopes.map(({ id }) => id), texts, sizes],
    );
    this.announceAfterCommit(tx);
  }

  /** Calls back after each commit of a transaction that appended events. Returns a function that unsubscribes. */
  onCommitted(callback: () => void): () => void {
    this.committed.add(callback);
    return () => this.committed.delete(callback);
  }

  private tell(event: EventDefinition, input: unknown): Envelope[] {
    const parsed = event.payload.safeParse(input);
    if (!parsed.success) throw new Error(`The payload of ${event.type} is not valid: ${parsed.error.message}`);
    const told = tellInVersions(event, parsed.data);
    const versions = told.map((one) => one.event.version).join(',');
    return told.map((one) => ({ ...this.wrap(one.event, one.payload), ...(told.length > 1 && { versions }) }));
  }

  private wrap(event: EventDefinition, payload: unknown): Envelope {
    const context = currentContext();
    return {
      id: randomUUIDv7(),
      type: event.type,
      source: this.app,
      subject: event.subject(payload),
      time: new Date().toISOString(),
      dataschema: dataschemaOf(event),
      partitionkey: event.partitionKey(payload),
      ...(context ? { traceparent: traceparentOf(context.trace) } : {}),
      data: payload,
    };
  }

  private announceAfterCommit(tx: EntityManager): void {
    if (!tx.queryRunner || this.announced.has(tx.queryRunner)) return;
    this.announced.add(tx.queryRunner);
    this.database.afterCommit(tx, () => {
      for (const callback of this.committed) callback();
    });
  }
}

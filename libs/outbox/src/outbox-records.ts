import { cutPage, notFound, type OutboxState, type ParkedEvent } from '@mediamesh/contracts';
import type { Database } from '@mediamesh/postgres';

interface ParkedRow extends Omit<ParkedEvent, 'createdAt' | 'parkedAt'> {
  readonly id: string;
  readonly createdAt: Date;
  readonly parkedAt: Date;
}

/** The outbox for operators. The class is also the injection token. */
export class OutboxRecords {
  constructor(private readonly database: Database) {}

  async read(): Promise<OutboxState> {
    const [state] = await this.database.query<{ unsent: number; oldest: Date | null; parked: number }>(
      `select (select count(*)::integer from outbox where sent_at is null and parked_at is null) as unsent,
              (select min(created_at) from outbox where sent_at is null and parked_at is null) as oldest,
              (select count(*)::integer from outbox where parked_at is not null) as parked`,
    );
    return {
      unsent: state?.unsent ?? 0,
      oldestUnsentAt: state?.oldest?.toISOString() ?? null,
      parked: state?.parked ?? 0,
    };
  }

  /** Newest first. `below` is the `next` of the previous page. */
  async listParked({
    below,
    limit,
  }: {
    below?: string | undefined;
    limit: number;
  }): Promise<{ items: ParkedEvent[]; next: string | null }> {
    const rows = await this.database.query<ParkedRow>(
      `select id::text, event_id as "eventId", envelope->>'type' as type, envelope->>'subject' as subject,
              topic, size,
              parked_reason as reason, created_at as "createdAt", parked_at as "parkedAt"
       from outbox where parked_at is not null and ($1::bigint is null or id < $1::bigint) order by id desc limit $2`,
      [below ?? null, limit + 1],
    );
    const { items, last } = cutPage(rows, limit);
    return {
      items: items.map(({ id: _, createdAt, parkedAt, ...row }) => ({
        ...row,
        createdAt: createdAt.toISOString(),
        parkedAt: parkedAt.toISOString(),
      })),
      next: last?.id ?? null,
    };
  }

  /** Unparks an event. It keeps its place, and the relay finds it within a second. Throws `notFound`. */
  async retry(eventId: string): Promise<void> {
    const rows = await this.database.query(
      `update outbox set parked_at = null, parked_reason = null
       where event_id = $1 and parked_at is not null
       returning 1`,
      [eventId],
    );
    if (rows.length === 0) throw notFound('outbox.event_not_found');
  }
}

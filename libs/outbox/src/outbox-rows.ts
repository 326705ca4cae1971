import type { EventRecord } from '@mediamesh/events';
import type { Envelope } from '@mediamesh/contracts';
import type { Database, SideConnection } from '@mediamesh/postgres';

/** Enough rows to make round trips cheap, with a limit in bytes because documents are large. */
const batch = { rows: 5_000, bytes: 8_000_000 };

export const mostRows = batch.rows;

/**
 * The size of the next batch, in rows. A slow bus may fail a whole batch although most of it arrived. A failure
 * therefore halves the size; a success adds only a quarter, so that little is sent twice.
 */
export const adjustRows = (rows: number, { offered, failed }: { offered: number; failed: boolean }): number =>
  failed ? Math.ceil(offered / 2) : Math.min(Math.ceil(rows * 1.25), mostRows);

export interface UnsentRow extends EventRecord {
  readonly id: number;
  readonly envelope: Envelope;
}

/**
 * The oldest unsent rows, except those being published. There is no cursor, because ids are assigned before the commit:
 * a row may become visible after younger ones were sent.
 */
export const readUnsent = (
  connection: SideConnection,
  underWay: readonly number[],
  rows: number,
): Promise<UnsentRow[]> =>
  connection.query<UnsentRow>(
    `select id, topic, envelope from (
       select *, sum(size) over (order by id) as total from (
         select id, topic, envelope, size
         from outbox
         where sent_at is null and parked_at is null and id <> all ($3::bigint[])
         order by id limit $1
       ) oldest
     ) counted where total - size < $2 order by id`,
    [rows, batch.bytes, underWay],
  );

/** Does not wait for the disk: if a mark is lost, the event is published twice, which consumers tolerate. */
export async function markSent(connection: SideConnection, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await connection.query(
    `with relaxed as materialized (select set_config('synchronous_commit', 'off', true) as setting)
     update outbox set sent_at = clock_timestamp()
       from relaxed
       where setting = 'off' and id = any ($1::bigint[]) and sent_at is null`,
    [ids],
  );
}

export async function park(connection: SideConnection, eventId: string, reason: string): Promise<void> {
  await connection.query(
    'update outbox set parked_at = clock_timestamp(), parked_reason = $2 where event_id = $1 and sent_at is null',
    [eventId, reason.slice(0, 2_000)],
  );
}

const single = async (database: Database, sql: string): Promise<number> =>
  (await database.query<{ value: number }>(sql))[0]?.value ?? 0;

export const countUnsent = (database: Database): Promise<number> =>
  single(database, 'select count(*) as value from outbox where sent_at is null and parked_at is null');
export const countParked = (database: Database): Promise<number> =>
  single(database, 'select count(*) as value from outbox where parked_at is not null');
/** Seconds since the oldest unsent event was appended. */
export const readOldestAge = (database: Database): Promise<number> =>
  single(
    database,
    `select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as value
     from outbox
     where sent_at is null and parked_at is null`,
  );

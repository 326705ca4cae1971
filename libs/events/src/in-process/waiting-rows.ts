import { query, type Database } from '@mediamesh/postgres';
import type { EventRecord } from '../event-bus.js';

/** A record and its JSON, serialised once for all groups. */
export interface WrittenRecord extends EventRecord {
  readonly json: string;
  readonly size: number;
}

export interface WaitingRow {
  readonly eventId: string;
  readonly key: string;
  readonly envelope: unknown;
  readonly size: number;
}

/** Inserts rows in the given order. Returns the ids that were not in the inbox yet, neither waiting nor done. */
export async function writeWaiting(
  database: Database,
  group: string,
  records: readonly WrittenRecord[],
): Promise<Set<string>> {
  const rows = await query<{ eventId: string }>(
    database.db,
    `insert into inbox (consumer, event_id, partition_key, envelope, size)
     select $1, event_id, partition_key, envelope::json, size
     from unnest($2::uuid[], $3::text[], $4::text[], $5::integer[])
       with ordinality as record (event_id, partition_key, envelope, size, position)
     order by position
     on conflict (consumer, event_id) do nothing returning event_id as "eventId"`,
    [
      group,
      records.map(({ envelope }) => envelope.id),
      records.map(({ envelope }) => envelope.partitionkey),
      records.map(({ json }) => json),
      records.map(({ size }) => size),
    ],
  );
  return new Set(rows.map(({ eventId }) => eventId));
}

/** The oldest waiting rows of a group, except those with the given ids and keys. `complete`: there are no more. */
export async function readWaiting(
  database: Database,
  group: string,
  but: { ids: readonly string[]; keys: readonly string[] },
  { rows: limit, bytes }: { rows: number; bytes: number },
): Promise<{ rows: WaitingRow[]; complete: boolean }> {
  const found = await database.query<WaitingRow & { total: number }>(
    `select event_id as "eventId", partition_key as key, envelope, size, total from (
       select *, sum(size) over (order by arrival)::bigint as total from (
         select * from inbox
         where consumer = $1 and done_at is null
         and event_id <> all ($2::uuid[]) and partition_key <> all ($3::text[])
         order by arrival limit $4
       ) oldest
     ) counted where total - size < $5 order by arrival`,
    [group, but.ids, but.keys, limit, bytes],
  );
  const read = found.at(-1)?.total ?? 0;
  return { rows: found, complete: found.length < limit && read < bytes };
}

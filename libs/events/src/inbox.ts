import { execute, type Database, type EntityManager } from '@mediamesh/postgres';

const done = (source: string) => `
  insert into inbox (consumer, event_id, done_at) ${source}
  on conflict (consumer, event_id) do update set done_at = excluded.done_at, envelope = null, size = null where inbox.done_at is null`;

/** Records in a handler's own transaction that its event is done. Answers `false` for one that already was. */
export const recordDone = async (tx: EntityManager, group: string, eventId: string): Promise<boolean> =>
  (await execute(tx, done('values ($1, $2, clock_timestamp())'), [group, eventId])) === 1;

/** The same after an effect elsewhere, without waiting for the disk: if the record is lost, the event merely comes again. */
export async function recordDoneRelaxed(database: Database, group: string, eventId: string): Promise<void> {
  const relaxed = `with relaxed as materialized (select set_config('synchronous_commit', 'off', true) as setting)`;
  await execute(database.db, relaxed + done(`select $1, $2::uuid, clock_timestamp() from relaxed where setting = 'off'`), [group, eventId]);
}

/** How many events wait for a group. */
export async function countWaiting(database: Database, group: string): Promise<number> {
  const [row] = await database.query<{ waiting: number }>('select count(*) as waiting from inbox where consumer = $1 and done_at is null', [group]);
  return row?.waiting ?? 0;
}

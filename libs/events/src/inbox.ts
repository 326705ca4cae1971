import { execute, type Database, type EntityManager } from '@mediamesh/postgres';

const done = (source: string) => `
  insert into inbox (consumer, event_id, done_at) ${source}
  on conflict (consumer, event_id)
    do update set done_at = excluded.done_at, envelope = null, size = null
    where inbox.done_at is null`;

/**
 * Records an event as done, in its handler's transaction. Returns `false` if it already was. If the event is in this
 * inbox, the commit does not wait for the disk: a power cut that loses the record also loses the effects, and the event
 * still waits. A broker's event is stored nowhere else after its acknowledgement, so its commit does wait.
 */
export async function recordDone(tx: EntityManager, group: string, eventId: string): Promise<boolean> {
  const relaxed = `
    with waiting as (select from inbox where consumer = $1 and event_id = $2::uuid and done_at is null),
         relaxed as materialized (select set_config('synchronous_commit', 'off', true) as setting from waiting)`;
  return (
    (await execute(
      tx,
      relaxed + done('select $1, $2::uuid, clock_timestamp() from (select count(setting) from relaxed) as settled'),
      [group, eventId],
    )) === 1
  );
}

/** Does not wait for the disk: if the record is lost, the event is delivered again. */
export async function recordDoneRelaxed(database: Database, group: string, eventId: string): Promise<void> {
  const relaxed = `with relaxed as materialized (select set_config('synchronous_commit', 'off', true) as setting)`;
  await execute(
    database.db,
    relaxed + done(`select $1, $2::uuid, clock_timestamp() from relaxed where setting = 'off'`),
    [group, eventId],
  );
}

export async function isDone(database: Database, group: string, eventId: string): Promise<boolean> {
  const [row] = await database.query<{ done: boolean }>(
    'select true as done from inbox where consumer = $1 and event_id = $2 and done_at is not null',
    [group, eventId],
  );
  return row !== undefined;
}

export async function countWaiting(database: Database, group: string): Promise<number> {
  const [row] = await database.query<{ waiting: number }>(
    'select count(*) as waiting from inbox where consumer = $1 and done_at is null',
    [group],
  );
  return row?.waiting ?? 0;
}

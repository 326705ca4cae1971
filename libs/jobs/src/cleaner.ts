import type { Logger } from '@mediamesh/observability';
import type { Database } from '@mediamesh/postgres';
import { PeriodicWorker } from './periodic-worker.js';

const hour = 3_600_000;
const batch = 1_000;

/** Rows that may be deleted some days after the time in a column. */
export interface Remains {
  readonly table: 'inbox' | 'outbox';
  readonly column: 'done_at' | 'sent_at';
  readonly days: number;
}

/** Deletes such rows in batches of 1,000, to keep transactions short. Returns how many. */
export async function deleteOld(
  database: Database,
  { table, column, days }: Remains,
  stop?: AbortSignal,
): Promise<number> {
  for (let deleted = 0; ;) {
    const rows = await database.query(
      `delete from ${table}
       where ctid = any (array(
         select ctid from ${table} where ${column} < now() - make_interval(days => $1) limit ${batch}
       ))
       returning 1`,
      [days],
    );
    deleted += rows.length;
    if (rows.length < batch || stop?.aborted) return deleted;
  }
}

/** Does so hourly in each database; an unreachable one does not delay the others. Returns a function to stop. */
export function startCleaning(databases: Iterable<Database>, remains: Remains, logger: Logger): () => Promise<void> {
  const worker = new PeriodicWorker({
    name: `${remains.table}.cleaning`,
    every: hour,
    logger,
    work: async (stop) => {
      const work = [...databases].map((database) => deleteOld(database, remains, stop));
      await Promise.allSettled(work);
      await Promise.all(work);
    },
  });
  worker.start();
  return () => worker.stop();
}

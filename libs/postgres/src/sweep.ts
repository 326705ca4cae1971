import type { Database } from './database.js';

const batch = 1_000;

/**
 * Deletes rows older than some days, a thousand at a time so that no lock and no log entry is large. Answers how many.
 */
export async function sweep(
  database: Database,
  { table, column, days }: { table: 'inbox' | 'outbox'; column: 'done_at' | 'sent_at'; days: number },
): Promise<number> {
  let swept = 0;
  for (;;) {
    const rows = await database.query(
      `delete from ${table} where ctid = any (array(select ctid from ${table} where ${column} < now() - make_interval(days => $1) limit ${batch})) returning 1`,
      [days],
    );
    swept += rows.length;
    if (rows.length < batch) return swept;
  }
}

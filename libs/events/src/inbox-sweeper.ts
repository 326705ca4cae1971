import type { Logger } from '@mediamesh/observability';
import { sweep, type Database } from '@mediamesh/postgres';

const hour = 60 * 60 * 1_000;
/** Days. A broker forgets an event together with the last of its segment, and a segment may be a week long. */
const segment = 7;

/**
 * How many days an inbox remembers what a broker may bring once more, such as after its places were lost: longer than
 * the broker itself does.
 */
export const daysBeyond = (retentionHours: number): number => Math.ceil(retentionHours / 24) + segment + 1;

/** Forgets, every hour, what was done more than `days` ago. Answers how to end that. */
export function startSweepingInboxes(databases: ReadonlySet<Database>, logger: Logger, days: number): () => void {
  const timer = setInterval(() => void sweepAll(), hour);
  return () => clearInterval(timer);

  async function sweepAll(): Promise<void> {
    for (const database of databases) {
      try {
        await sweep(database, { table: 'inbox', column: 'done_at', days });
      } catch (error) {
        logger.warn('Old inbox rows could not be swept; the next round tries again', {
          database: database.name,
          error,
        });
      }
    }
  }
}

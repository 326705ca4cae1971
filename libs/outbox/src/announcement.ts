import type { Logger } from '@mediamesh/observability';
import type { Database } from '@mediamesh/postgres';
import type { Outbox } from './outbox.js';

/**
 * At most one notification in so many milliseconds: inside the writing transactions it would serialise their commits.
 */
const notifyEvery = 10;

export interface AnnouncementOptions {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly channel: string;
  readonly logger: Logger;
  /** Whether the relay that works is the one of this process. */
  readonly isNear: () => boolean;
  readonly wake: () => void;
}

/** Tells the relay about commits: the one of this process directly, one in another process by a notification. */
export function announceCommits({
  database,
  outbox,
  channel,
  logger,
  isNear,
  wake,
}: AnnouncementOptions): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let sending = Promise.resolve();
  const stop = outbox.onCommitted(() => {
    if (isNear()) wake();
    else timer ??= setTimeout(() => (sending = notify()), notifyEvery);
  });
  return async () => {
    stop();
    clearTimeout(timer);
    await sending;
  };

  async function notify(): Promise<void> {
    timer = undefined;
    try {
      await database.query('select pg_notify($1, $2)', [channel, '']);
    } catch (error) {
      // The other relay looks every second anyway.
      logger.debug('A notification could not be sent', { database: database.name, error });
    }
  }
}

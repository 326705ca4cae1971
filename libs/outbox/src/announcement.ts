import type { Logger } from '@mediamesh/observability';
import type { Database } from '@mediamesh/postgres';
import type { Outbox } from './outbox.js';

/** Milliseconds. Notifications in the writing transactions would make the commits wait for each other. */
const notifyEvery = 10;

export interface AnnouncementOptions {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly channel: string;
  readonly logger: Logger;
  /** Whether this process has the active relay. */
  readonly isNear: () => boolean;
  readonly wake: () => void;
}

/** Wakes the relay after commits, in another process by a notification. Returns a function to stop. */
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
      // The other relay polls every second anyway.
      logger.debug('A notification could not be sent', { database: database.name, error });
    }
  }
}

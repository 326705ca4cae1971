import { type EventBus, RecordRefused } from '@mediamesh/events';
import { startCleaning } from '@mediamesh/jobs';
import type { Logger, Metrics } from '@mediamesh/observability';
import type { Database, SideConnection } from '@mediamesh/postgres';
import { withJitter } from '@mediamesh/resilience';
import { announceCommits } from './announcement.js';
import type { Outbox } from './outbox.js';
import {
  adjustRows,
  countParked,
  countUnsent,
  markSent,
  mostRows,
  park,
  readOldestAge,
  readUnsent,
  type UnsentRow,
} from './outbox-rows.js';
import { WakeUp } from './wake-up.js';

const relayLock = 7_283_503;
const channel = 'outbox';

/** Milliseconds. */
const intervals = {
  poll: 1_000,
  silence: 10_000,
  takeOver: 1_000,
  firstRetry: 100,
  longestRetry: 5_000,
};

export interface RelayOptions {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly bus: EventBus;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Milliseconds without a statement after which the server ends the session of a frozen relay; 10 s by default. */
  readonly silence?: number;
}

export interface Relay {
  /** Publishes committed events for up to `patience` milliseconds (5 s by default), then releases the lock. */
  close(patience?: number): Promise<void>;
}

/**
 * Publishes committed events in order. A database has one active relay: the one whose session holds an advisory lock.
 * It reads and marks rows over that session, so a relay that lost the lock can mark nothing. While the bus is
 * unreachable, it retries for ever. An event that the bus never accepts is parked, and the next ones go on.
 */
export function startRelay({
  database,
  outbox,
  bus,
  logger,
  metrics,
  silence = intervals.silence,
}: RelayOptions): Relay {
  const wakeUp = new WakeUp();
  let state: 'working' | 'closing' | 'closed' = 'working';
  let leading = false;
  let giveUp: () => void = () => undefined;
  const stopAnnouncing = announceCommits({
    database,
    outbox,
    channel,
    logger,
    isNear: () => leading,
    wake: () => wakeUp.ring(),
  });
  const stopCleaning = startCleaning([database], { table: 'outbox', column: 'sent_at', days: 7 }, logger);
  metrics.observe('mediamesh_outbox_unsent', () => countUnsent(database));
  metrics.observe('mediamesh_outbox_parked', () => countParked(database));
  metrics.observe('mediamesh_outbox_oldest_seconds', () => readOldestAge(database));
  const running = run();
  return { close };

  async function close(patience = 5_000): Promise<void> {
    state = 'closing';
    wakeUp.alarm();
    const timer = setTimeout(() => {
      state = 'closed';
      giveUp();
      wakeUp.alarm();
    }, patience);
    await running;
    clearTimeout(timer);
    await Promise.all([stopAnnouncing(), stopCleaning()]);
  }

  async function run(): Promise<void> {
    for (let retry = 0; state === 'working'; retry += 1) {
      try {
        const connection = await database.openSideConnection({ idleTimeout: silence });
        try {
          if (await takeLock(connection)) {
            retry = 0;
            await lead(connection);
          }
        } finally {
          leading = false;
          await connection.close();
        }
      } catch (error) {
        logger.warn('The relay lost its database; it retries', { database: database.name, error });
      }
      if (state === 'working') await wakeUp.sleep(waitBefore(retry));
    }
  }

  /** Tries once even when closing, so that a relay that is closed right after its start still publishes. */
  async function takeLock(connection: SideConnection): Promise<boolean> {
    while (state !== 'closed') {
      const [row] = await connection.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
        relayLock,
      ]);
      if (row?.locked) return true;
      if (state === 'closing') return false;
      await wakeUp.sleep(intervals.takeOver);
    }
    return false;
  }

  /** Publishes until the relay closes and no event is left, or until the session is lost. */
  async function lead(connection: SideConnection): Promise<void> {
    await connection.listen(channel, () => wakeUp.ring());
    const beat = setInterval(
      () =>
        connection.query('select 1').catch((error: unknown) => logger.debug('The relay lost its session', { error })),
      silence / 3,
    );
    connection.lost.addEventListener('abort', () => wakeUp.ring(), { once: true });
    leading = true;
    try {
      await relayRows(connection);
    } finally {
      clearInterval(beat);
    }
  }

  async function relayRows(connection: SideConnection): Promise<void> {
    let rows: UnsentRow[] = [];
    let sent: number[] = [];
    let most = mostRows;
    for (let failures = 0; state !== 'closed';) {
      if (rows.length === 0 && sent.length === 0) rows = await readUnsent(connection, [], most);
      if (rows.length === 0 && sent.length === 0) {
        if (state === 'closing') return;
        await wakeUp.sleep(intervals.poll);
        continue;
      }
      const ids = rows.map(({ id }) => id);
      const work = [send(connection, rows), markSent(connection, sent), readUnsent(connection, ids, most)] as const;
      // even after a failure: nothing may be sent again while this batch may still be on its way
      await Promise.allSettled(work);
      const [outcome, , next] = await Promise.all(work);
      metrics.count('mediamesh_outbox_sent', {}, sent.length);
      [sent, rows] = outcome === 'taken' ? [ids, next] : [[], []];
      failures = outcome === 'failed' ? failures + 1 : 0;
      most = adjustRows(most, { offered: ids.length, failed: failures > 0 });
      if (failures > 0) await wakeUp.sleep(waitBefore(failures), { deaf: state === 'working' });
    }
    await markSent(connection, sent);
  }

  /** `parked`: the bus never accepts one of the rows, and has accepted no row after it. */
  async function send(connection: SideConnection, rows: readonly UnsentRow[]): Promise<'taken' | 'parked' | 'failed'> {
    if (rows.length === 0) return 'taken';
    try {
      await new Promise<void>((resolve, reject) => {
        giveUp = () => reject(new Error('The relay closes'));
        bus.publish(rows).then(resolve, reject);
      });
      return 'taken';
    } catch (error) {
      if (error instanceof RecordRefused) {
        logger.error('The bus refuses an event for good; it is parked', { eventId: error.eventId, error });
        await park(connection, error.eventId, error.message);
        return 'parked';
      }
      logger.warn('The events could not be published; the relay retries', {
        database: database.name,
        unsent: rows.length,
        error,
      });
      return 'failed';
    }
  }
}

const waitBefore = (retry: number): number =>
  withJitter(Math.min(intervals.longestRetry, intervals.firstRetry * 2 ** Math.min(retry, 10)));

import { type EventBus, RecordRefused } from '@mediamesh/events';
import { startCleaning } from '@mediamesh/jobs';
import type { Logger, Metrics } from '@mediamesh/observability';
import type { Database, SideConnection } from '@mediamesh/postgres';
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

/** Any number, the same in every process: who holds this lock is the relay of its database. */
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
  /**
   * Milliseconds after which the server takes a relay without a sign of life for frozen and ends its session; 10 s
   * unless given.
   */
  readonly silence?: number;
}

export interface Relay {
  /** Sends what is committed, for at most `patience` milliseconds (5 s unless given), and gives the lock away. */
  close(patience?: number): Promise<void>;
}

/**
 * Hands what was committed to the bus: in order, one relay for a database, over a session that holds an advisory lock.
 * All reads and marks go over that session, so that a relay which lost its lock can mark nothing. A bus that cannot be
 * reached is tried again for ever; only an event that it names as unacceptable is parked, and holds nobody back.
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
        logger.warn('The relay lost its database and will come back', { database: database.name, error });
      }
      if (state === 'working') await wakeUp.sleep(waitBefore(retry));
    }
  }

  /**
   * Asks at least once, also when the relay is closed right after it was started: what is committed is still to be
   * sent.
   */
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

  /** Relays until everything is sent and the relay is closing, or until the session is lost. */
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

  /** While a batch is on its way to the bus, the one before it is marked and the next one is read. */
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
      // whatever fails, nobody sends again while this batch may still be on its way
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

  /** Parked: the bus refuses one of the rows for good, and has taken none that may come after it. */
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
        logger.error('The bus refuses an event for good', { eventId: error.eventId, error });
        await park(connection, error.eventId, error.message);
        return 'parked';
      }
      logger.warn('The bus did not take the events; the relay tries again', {
        database: database.name,
        unsent: rows.length,
        error,
      });
      return 'failed';
    }
  }
}

const waitBefore = (retry: number): number =>
  Math.min(intervals.longestRetry, intervals.firstRetry * 2 ** Math.min(retry, 10)) * (0.5 + Math.random() / 2);

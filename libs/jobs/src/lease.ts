import { randomUUID } from 'node:crypto';
import { unavailable } from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';
import type { Database, SideConnection } from '@mediamesh/postgres';
import { pauseUnlessStopped, retryWhileAway } from '@mediamesh/resilience';

/** The lease ended, or another worker has taken a row that was held under it. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** SQL condition: the lease whose id is in the column is free. It stays locked until the transaction ends. */
export const isLeaseFree = (column: string): string =>
  `pg_try_advisory_xact_lock(hashtextextended(${column}::text, 0))`;

const key = 'hashtextextended($1, 0)';

export interface LeaseOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** Milliseconds after which the server ends the lease of a frozen or disconnected process; 10 s by default. */
  readonly silence?: number;
}

/**
 * Shows that a process is alive: an advisory lock in a separate database session. PostgreSQL releases it at once when
 * the process dies, and after `silence` when the process is frozen or disconnected. A worker marks its rows with the
 * lease's {@link id} and writes them only while they have that mark (see QueueTable), so a process that wakes up after
 * others took over writes nothing. A broken session is reopened under the same id; when that fails for `silence`, the
 * lease is {@link lost}.
 */
export class Lease {
  /** Marks the rows that are held under this lease. */
  readonly id = randomUUID();
  private readonly ending = new AbortController();
  private readonly loss = new AbortController();
  private keeping: Promise<void> = Promise.resolve();

  private constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    private readonly silence: number,
  ) {}

  /** Rejects with an `unavailable` refusal when the database is unreachable. */
  static async take({ database, logger, silence = 10_000 }: LeaseOptions): Promise<Lease> {
    const lease = new Lease(database, logger, silence);
    const connection = await lease.connect();
    lease.keeping = lease.keep(connection);
    return lease;
  }

  /** Aborted with a {@link LeaseLost} when others have probably taken over. */
  get lost(): AbortSignal {
    return this.loss.signal;
  }

  /** Releases the lease. Other workers may then take over rows that still have its id. */
  async release(): Promise<void> {
    this.ending.abort();
    await this.keeping;
  }

  private async connect(): Promise<SideConnection> {
    const connection = await this.database.openSideConnection({ idleTimeout: this.silence });
    try {
      const [row] = await connection.query<{ isTaken: boolean }>(`select pg_try_advisory_lock(${key}) as "isTaken"`, [
        this.id,
      ]);
      if (row?.isTaken) return connection;
      // the broken session still holds the lock, or another worker is checking it
      throw unavailable('request.unavailable');
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  private async keep(first: SideConnection): Promise<void> {
    let connection: SideConnection | undefined = first;
    while (connection) {
      await this.beat(connection);
      await connection.close();
      connection = this.ending.signal.aborted ? undefined : await this.restore();
    }
  }

  /** Keeps the session alive until it breaks or the lease is released. */
  private async beat(connection: SideConnection): Promise<void> {
    const end = AbortSignal.any([connection.lost, this.ending.signal]);
    try {
      for (;;) {
        await pauseUnlessStopped(this.silence / 3, end);
        await connection.query('select 1');
      }
    } catch (error) {
      if (!this.ending.signal.aborted) this.logger.warn('The session of a lease broke', { lease: this.id, error });
    }
  }

  private async restore(): Promise<SideConnection | undefined> {
    try {
      return await retryWhileAway(() => this.connect(), {
        waits: [50, 100, 250, 500],
        longest: this.silence,
        stop: this.ending.signal,
      });
    } catch (error) {
      if (!this.ending.signal.aborted) {
        this.logger.warn('A lease was lost', { lease: this.id, error });
        this.loss.abort(new LeaseLost('The database could not be reached for as long as the lease lasts'));
      }
      return undefined;
    }
  }
}

import { randomUUID } from 'node:crypto';
import { unavailable } from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';
import type { Database, SideConnection } from '@mediamesh/postgres';
import { pauseUnlessStopped, retryWhileAway } from '@mediamesh/resilience';

/** The lease ended, or somebody else has taken what was held under it. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * SQL that says whether nobody holds the lease whose id is in a column. It keeps others from hearing the same
 * until the transaction ends.
 */
export const isLeaseFree = (column: string): string =>
  `pg_try_advisory_xact_lock(hashtextextended(${column}::text, 0))`;

const key = 'hashtextextended($1, 0)';

export interface LeaseOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** Milliseconds after which the server ends the lease of a process that is frozen or cut off; 10 s unless given. */
  readonly silence?: number;
}

/**
 * Shows that a process lives: an advisory lock of a database session of its own. PostgreSQL frees it the moment the
 * process dies, and after `silence` when the process is frozen or cut off.
 *
 * The rows that a worker holds are marked with the {@link id} of its lease, and each of its writes has that condition
 * (see QueueTable). So a process that wakes up after others took over can write nothing, and a session that merely
 * broke may be opened again under the same id. The lease is {@link lost} when that has failed for `silence`.
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

  /** Rejects with an `unavailable` refusal when the database cannot be reached. */
  static async take({ database, logger, silence = 10_000 }: LeaseOptions): Promise<Lease> {
    const lease = new Lease(database, logger, silence);
    const connection = await lease.connect();
    lease.keeping = lease.keep(connection);
    return lease;
  }

  /** Aborted, with a {@link LeaseLost}, when others have probably taken over. */
  get lost(): AbortSignal {
    return this.loss.signal;
  }

  /** Gives the lease away. What is still marked with its id may be taken over at once. */
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
      // the session that broke is not gone yet, or somebody is looking whether it is
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

  /** Shows signs of life until the session breaks or the lease is given away. */
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

import type { Logger } from '@mediamesh/observability';
import type { Database, SideConnection } from '@mediamesh/postgres';

/**
 * Shows that a worker lives: a lock on a connection of its own, which the server lets go the moment the process dies.
 * So a run that was killed half-way is known as such at the next start, and not only when its heartbeat has been missed
 * for long enough.
 */
export class WorkerLease {
  private constructor(private readonly connection: SideConnection) {}

  static async take(database: Database, worker: string, logger: Logger): Promise<WorkerLease> {
    const connection = await database.openSideConnection();
    await connection.query('select pg_advisory_lock(hashtextextended($1, 0))', [worker]);
    connection.lost.addEventListener('abort', () => logger.debug('the connection of a worker ended', { worker }));
    return new WorkerLease(connection);
  }

  /** Aborted when others may take the worker for dead. */
  get lost(): AbortSignal {
    return this.connection.lost;
  }

  release(): Promise<void> {
    return this.connection.close();
  }
}

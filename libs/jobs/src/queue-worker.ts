import type { Database } from '@mediamesh/postgres';
import { Lease } from './lease.js';
import { PeriodicWorker, type PeriodicWorkerOptions, runInWorkerContext } from './periodic-worker.js';
import type { Holder, QueueRow } from './queue-table.js';

export interface QueueWorkerOptions<Row extends QueueRow> extends Omit<PeriodicWorkerOptions, 'work'> {
  /** The database of the queue and of the worker's lease. */
  readonly database: Database;
  /** How many rows are handled at the same time; 1 by default. */
  readonly concurrency?: number;
  /** Milliseconds; see {@link Lease}. */
  readonly silence?: number;
  /** Called before each poll, to handle orphans. */
  readonly recover?: (holder: Holder) => Promise<unknown>;
  readonly take: (holder: Holder) => Promise<Row | undefined>;
  /**
   * The signal is aborted with WorkerStop, or with LeaseLost when others may have taken over. Errors are only logged.
   */
  readonly handle: (row: Row, stop: AbortSignal) => Promise<void>;
}

/** Takes rows from a queue under a lease and handles several at a time. */
export class QueueWorker<Row extends QueueRow> {
  private readonly worker: PeriodicWorker;
  private readonly handling = new Map<string, Promise<void>>();
  private lease: Lease | undefined;

  constructor(private readonly options: QueueWorkerOptions<Row>) {
    this.worker = new PeriodicWorker({ ...options, work: (stop) => this.look(stop) });
  }

  get running(): number {
    return this.handling.size;
  }

  /** Starts to poll. Resolves after the first poll. */
  async start(): Promise<void> {
    this.worker.start();
    await this.worker.turn();
  }

  wake(): void {
    this.worker.wake();
  }

  /** Aborts all work, waits for its end and releases the lease. */
  async stop(): Promise<void> {
    await this.worker.stop();
    await Promise.all(this.handling.values());
    await this.lease?.release();
  }

  private async look(stop: AbortSignal): Promise<void> {
    const { database, logger, silence, recover, take, concurrency = 1 } = this.options;
    if (!this.lease || this.lease.lost.aborted) this.lease = await Lease.take({ database, logger, silence });
    const { id, lost } = this.lease;
    const holder = (): Holder => ({ id, rows: [...this.handling.keys()] });
    await recover?.(holder());
    while (this.handling.size < concurrency && !stop.aborted) {
      const row = await take(holder());
      if (row === undefined) return;
      const handling = this.handle(row, AbortSignal.any([stop, lost])).finally(() => {
        this.handling.delete(row.id);
        this.wake();
      });
      this.handling.set(row.id, handling);
    }
  }

  private async handle(row: Row, stop: AbortSignal): Promise<void> {
    const { name, app, logger, handle } = this.options;
    try {
      await runInWorkerContext(app, () => handle(row, stop));
    } catch (error) {
      logger.error('A job failed', { job: name, error });
    }
  }
}

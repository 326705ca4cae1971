import type { Database } from '@mediamesh/postgres';
import { Lease } from './lease.js';
import { PeriodicWorker, type PeriodicWorkerOptions, runInWorkerContext } from './periodic-worker.js';
import type { Holder, QueueRow } from './queue-table.js';

export interface QueueWorkerOptions<Row extends QueueRow> extends Omit<PeriodicWorkerOptions, 'work'> {
  /** Where the queue is, and the lease of this worker. */
  readonly database: Database;
  /** How many rows are worked on at the same time; 1 unless given. */
  readonly concurrency?: number;
  /** Milliseconds; see Lease. */
  readonly silence?: number;
  /** Happens before each look for rows: deals with orphans. */
  readonly recover?: (holder: Holder) => Promise<unknown>;
  /** Takes the next row. */
  readonly take: (holder: Holder) => Promise<Row | undefined>;
  /**
   * Works on a row. The signal is aborted with a WorkerStop when the worker stops, and with a LeaseLost when others may
   * have taken over. A rejection is logged and forgotten.
   */
  readonly handle: (row: Row, stop: AbortSignal) => Promise<void>;
}

/** Takes rows from a queue under a lease and works on several at a time. */
export class QueueWorker<Row extends QueueRow> {
  private readonly worker: PeriodicWorker;
  private readonly handling = new Map<string, Promise<void>>();
  private lease: Lease | undefined;

  constructor(private readonly options: QueueWorkerOptions<Row>) {
    this.worker = new PeriodicWorker({ ...options, work: (stop) => this.look(stop) });
  }

  /** How many rows are worked on. */
  get running(): number {
    return this.handling.size;
  }

  /** Begins to look for rows; resolves after the first look. */
  async start(): Promise<void> {
    this.worker.start();
    await this.worker.turn();
  }

  /** Looks for rows at once. */
  wake(): void {
    this.worker.wake();
  }

  /** Tells all work to stop, waits for its end and gives the lease away. */
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

import { conflict } from '@mediamesh/contracts';
import { type Holder, LeaseLost, QueueWorker, WorkerStop } from '@mediamesh/jobs';
import { Logger, Metrics } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ImageWorker } from '../images/image-worker.js';
import { Importer } from './importer.js';
import { explainError, internalError } from './run-error.js';
import { type ClaimedRun, RunQueue } from './run-queue.repository.js';

/** Runs at the same time, so that one slow source does not block the others. */
const concurrency = 4;
/** Poll interval in milliseconds, for runs queued by other instances and runs of dead workers. */
const every = 2_000;

/**
 * Executes queued runs. It is woken after the commit that queues a run, and polls, so that instances share the work. A
 * shutdown gives the batch under way 3 seconds and marks its run failed (`run.interrupted`), as a crash does. The next
 * run finds what was stored unchanged. Queued runs wait for the next start.
 */
@Injectable()
export class RunExecutor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly worker: QueueWorker<ClaimedRun>;

  constructor(
    database: Database,
    private readonly queue: RunQueue,
    private readonly importer: Importer,
    private readonly images: ImageWorker,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.worker = new QueueWorker<ClaimedRun>({
      name: 'ingest.runs',
      app: 'ingest-service',
      every,
      concurrency,
      database,
      logger,
      metrics,
      recover: (holder) => this.failAbandoned(holder),
      take: (holder) => this.queue.take(holder),
      handle: (run, stop) => this.carryOut(run, stop),
    });
    metrics.observe('mediamesh_ingest_running', () => this.worker.running);
  }

  /** Marks runs of dead workers failed before the app accepts requests. */
  onApplicationBootstrap(): Promise<void> {
    return this.worker.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.stop();
  }

  wake(): void {
    this.worker.wake();
  }

  private async carryOut(run: ClaimedRun, stop: AbortSignal): Promise<void> {
    const start = performance.now();
    let status = 'completed';
    try {
      await this.importer.execute(run, stop);
      const ms = Math.round(performance.now() - start);
      this.logger.info('A run was completed', { runId: run.id, sourceId: run.sourceId, ms });
      this.images.wake();
    } catch (error) {
      status = 'failed';
      await this.fail(run, stop.aborted ? stop.reason : error);
    }
    this.metrics.count('mediamesh_ingest_runs', { status });
    this.metrics.time('mediamesh_ingest_run_seconds', (performance.now() - start) / 1000, { status });
  }

  private async fail(run: ClaimedRun, error: unknown): Promise<void> {
    const reason = explainError(error instanceof WorkerStop ? conflict('run.interrupted') : error);
    const { code, detail } = reason ?? internalError;
    this.logger[reason ? 'warn' : 'error']('A run failed', { runId: run.id, sourceId: run.sourceId, code, error });
    if (error instanceof LeaseLost) return;
    try {
      await this.queue.fail(run, { code, detail });
    } catch (failure) {
      // The next poll marks it as abandoned.
      this.logger.warn('A failed run could not be marked', { runId: run.id, error: failure });
    }
  }

  private async failAbandoned(holder: Holder): Promise<void> {
    const failed = await this.queue.failAbandoned(holder);
    if (failed > 0) this.logger.warn('Runs whose worker died were marked failed', { failed });
  }
}

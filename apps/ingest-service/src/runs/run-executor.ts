import { conflict } from '@mediamesh/contracts';
import { type Holder, LeaseLost, QueueWorker, WorkerStop } from '@mediamesh/jobs';
import { Logger, Metrics } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ImageWorker } from '../images/image-worker.js';
import { Importer } from './importer.js';
import { explainError, internalError } from './run-error.js';
import { type ClaimedRun, RunQueue } from './run-queue.repository.js';

/** Runs carried out at the same time: one source that hangs must not hold up the others. */
const concurrency = 4;
/** How often to look for runs that nobody woke us for, and for those of dead workers, in milliseconds. */
const every = 2_000;

/**
 * Carries out queued runs. It is woken after the commit that queues one and looks by itself now and then, so that
 * several instances share the work. An orderly stop lets the batch under way finish and marks its runs failed
 * (`run.interrupted`), as a crash does: what was stored stays stored, and the next run finds it unchanged. What is
 * queued waits for the next start.
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

  /** Runs of workers that are gone have been marked failed before the app answers anybody. */
  onApplicationBootstrap(): Promise<void> {
    return this.worker.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.stop();
  }

  /** Looks for queued runs at once. */
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
      // It is an orphan now: the next look marks it.
      this.logger.warn('A failed run could not be marked', { runId: run.id, error: failure });
    }
  }

  private async failAbandoned(holder: Holder): Promise<void> {
    const failed = await this.queue.failAbandoned(holder);
    if (failed > 0) this.logger.warn('Runs whose worker died were marked failed', { failed });
  }
}

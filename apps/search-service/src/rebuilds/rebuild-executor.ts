import { LeaseLost, QueueWorker, WorkerStop } from '@mediamesh/jobs';
import { Logger, Metrics } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { explainFailure } from './rebuild-failure.js';
import { RebuildProcess } from './rebuild-process.js';
import { type Progress, type QueuedRebuild, RebuildQueue } from './rebuild-queue.repository.js';

/** Milliseconds between two polls of the queue. */
const pollEvery = 2_000;
/** Milliseconds between two writes of the progress. */
const reportEvery = 1_000;

/** The old index answers until the new one is complete, so an interrupted rebuild starts over. */
@Injectable()
export class RebuildExecutor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly worker: QueueWorker<QueuedRebuild>;

  constructor(
    private readonly queue: RebuildQueue,
    private readonly process: RebuildProcess,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    database: Database,
  ) {
    this.worker = new QueueWorker({
      name: 'search.rebuild',
      app: 'search-service',
      every: pollEvery,
      database,
      take: (holder) => queue.take(holder),
      handle: (rebuild, stop) => this.execute(rebuild, stop),
      logger,
      metrics,
    });
    metrics.observe('mediamesh_search_rebuilding', () => this.worker.running);
  }

  onApplicationBootstrap(): Promise<void> {
    return this.worker.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.stop();
  }

  wake(): void {
    this.worker.wake();
  }

  private async execute(rebuild: QueuedRebuild, stop: AbortSignal): Promise<void> {
    const start = performance.now();
    const progress: Progress = { documents: rebuild.documents, tombstones: rebuild.tombstones };
    const lost = new AbortController();
    const timer = setInterval(() => void this.report(rebuild, progress, lost), reportEvery).unref();
    let status = 'completed';
    this.logger.info('A rebuild of the index begins', { rebuildId: rebuild.id });
    try {
      await this.process.execute(rebuild, progress, AbortSignal.any([stop, lost.signal]));
    } catch (error) {
      status = await this.end(rebuild, error);
    } finally {
      clearInterval(timer);
    }
    this.metrics.count('mediamesh_search_rebuilds', { status });
    this.metrics.time('mediamesh_search_rebuild_seconds', (performance.now() - start) / 1000, { status });
  }

  /** Writes the progress, and aborts when the lease was lost to another worker. */
  private async report(rebuild: QueuedRebuild, progress: Progress, lost: AbortController): Promise<void> {
    try {
      await this.queue.report(rebuild, progress);
    } catch (error) {
      if (error instanceof LeaseLost) lost.abort(error);
      else this.logger.debug('The progress of a rebuild was not written', { rebuildId: rebuild.id, error });
    }
  }

  /** Records why a rebuild was not completed, and returns its status for the metrics. */
  private async end(rebuild: QueuedRebuild, error: unknown): Promise<string> {
    const fields = { rebuildId: rebuild.id, error };
    try {
      if (error instanceof LeaseLost) {
        this.logger.warn('The lease of a rebuild was lost; another worker begins it anew', fields);
        return 'lost';
      }
      if (error instanceof WorkerStop) {
        await this.queue.giveBack(rebuild);
        this.logger.info('A rebuild was put back into the queue', { rebuildId: rebuild.id });
        return 'given_back';
      }
      const reason = explainFailure(error);
      this.logger.error('A rebuild of the index failed; the index before it stays', { ...fields, code: reason.code });
      await this.queue.fail(rebuild, reason);
    } catch (failure) {
      // The rebuild is an orphan now: the next poll starts it over.
      this.logger.warn('The end of a rebuild could not be written', { rebuildId: rebuild.id, error: failure });
    }
    return 'failed';
  }
}

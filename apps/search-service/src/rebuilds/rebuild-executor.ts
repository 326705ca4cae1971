import { randomUUID } from 'node:crypto';
import { createContext, Logger, Metrics, runInContext } from '@mediamesh/observability';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { explainFailure } from './rebuild-failure.js';
import { RebuildProcess } from './rebuild-process.js';
import { type HeldRebuild, LeaseLost, type Progress, RebuildQueue } from './rebuild-queue.repository.js';

/** How often somebody looks for a rebuild that nobody woke us for, or whose worker died, in milliseconds. */
const pollEvery = 2_000;
const beatEvery = 1_000;
/** Without a heartbeat for so long, others may have taken over; in milliseconds, below the lease. */
const longestSilence = 8_000;

/** An orderly stop: the rebuild is given back and begins anew elsewhere, or here after the next start. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/**
 * Carries out the rebuild that is queued, one at a time. The old index answers until a new one is whole, so a rebuild
 * that is cut off simply begins anew.
 */
@Injectable()
export class RebuildExecutor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly worker = randomUUID();
  private readonly stop = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> | undefined;

  constructor(
    private readonly queue: RebuildQueue,
    private readonly process: RebuildProcess,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    metrics.observe('mediamesh_search_rebuilding', () => (this.turn ? 1 : 0));
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), pollEvery).unref();
    this.wake();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stop.abort(new Stopped('The service stops'));
    await this.turn;
  }

  /** Looks for a queued rebuild; while one is carried out there is none. */
  wake(): void {
    if (this.turn || this.stop.signal.aborted) return;
    this.turn = this.look().finally(() => (this.turn = undefined));
  }

  private async look(): Promise<void> {
    try {
      const rebuild = await this.queue.claim(this.worker);
      if (rebuild)
        await runInContext(createContext({ caller: { kind: 'service', name: 'search-service' } }), () =>
          this.carryOut(rebuild),
        );
    } catch (error) {
      this.logger.warn('A queued rebuild could not be looked for; the next look tries again', { error });
    }
  }

  private async carryOut(rebuild: HeldRebuild): Promise<void> {
    const start = performance.now();
    const progress: Progress = { documents: rebuild.documents, tombstones: rebuild.tombstones };
    const lost = new AbortController();
    const beating = this.beat(rebuild, progress, lost);
    let status = 'completed';
    this.logger.info('The index is built anew', { rebuildId: rebuild.id });
    try {
      await this.process.execute(rebuild, progress, AbortSignal.any([this.stop.signal, lost.signal]));
    } catch (error) {
      status = await this.end(rebuild, error);
    } finally {
      beating.end();
    }
    this.metrics.count('mediamesh_search_rebuilds', { status });
    this.metrics.time('mediamesh_search_rebuild_seconds', (performance.now() - start) / 1000, { status });
  }

  /** Answers what became of a rebuild that was not completed. */
  private async end(rebuild: HeldRebuild, error: unknown): Promise<string> {
    const fields = { rebuildId: rebuild.id, error };
    try {
      if (error instanceof LeaseLost) {
        this.logger.warn('The lease of a rebuild was lost; another worker begins it anew', fields);
        return 'lost';
      }
      if (error instanceof Stopped) {
        await this.queue.giveBack(rebuild);
        this.logger.info('A rebuild was given back; it begins anew', { rebuildId: rebuild.id });
        return 'given_back';
      }
      const reason = explainFailure(error);
      this.logger.error('The index could not be built anew; the one before stays', { ...fields, code: reason.code });
      await this.queue.fail(rebuild, reason);
    } catch (failure) {
      // Its lease runs out, and somebody begins it anew.
      this.logger.warn('The end of a rebuild could not be recorded', { rebuildId: rebuild.id, error: failure });
    }
    return 'failed';
  }

  private beat(rebuild: HeldRebuild, progress: Progress, lost: AbortController): { end(): void } {
    let last = performance.now();
    const beat = async (): Promise<void> => {
      try {
        await this.queue.beat(rebuild, progress);
        last = performance.now();
      } catch (error) {
        const silence = performance.now() - last;
        if (error instanceof LeaseLost) lost.abort(error);
        else if (silence > longestSilence)
          lost.abort(new LeaseLost('The database could not be reached for longer than the lease', { cause: error }));
        else this.logger.debug('A heartbeat was missed', { rebuildId: rebuild.id, error });
      }
    };
    const timer = setInterval(() => void beat(), beatEvery).unref();
    return { end: () => clearInterval(timer) };
  }
}

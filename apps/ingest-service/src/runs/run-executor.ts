import { randomUUID } from 'node:crypto';
import { conflict } from '@mediamesh/contracts';
import { createContext, Logger, Metrics, runInContext } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ImageWorker } from '../images/image-worker.js';
import { Importer } from './importer.js';
import { explainError, internalError, interrupted } from './run-error.js';
import { type ClaimedRun, LeaseLost, RunQueue } from './run-queue.repository.js';
import { WorkerLease } from './worker-lease.js';

/** Runs carried out at the same time: one feed that hangs must not hold up the others. */
const concurrency = 4;
/** How often somebody looks for runs that nobody woke us for, and for workers that died, in milliseconds. */
const pollEvery = 2_000;
const beatEvery = 5_000;

/**
 * Carries out runs that are queued: woken at once after the commit that queues one, by a look now and then otherwise,
 * so that several instances share the work. An orderly stop lets the batch under way finish and marks its runs failed
 * (`run.interrupted`), as a crash does: what was stored stays stored, and the next run finds it unchanged. What is
 * queued waits for the next start.
 */
@Injectable()
export class RunExecutor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly running = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>();
  private readonly timers: NodeJS.Timeout[] = [];
  private worker: string;
  private lease: WorkerLease | undefined;
  private turn: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly queue: RunQueue,
    private readonly process: Importer,
    private readonly images: ImageWorker,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.worker = randomUUID();
    metrics.observe('mediamesh_ingest_running', () => this.running.size);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.failAbandoned();
    this.timers.push(
      setInterval(() => this.wake(), pollEvery).unref(),
      setInterval(() => void this.beat(), beatEvery).unref(),
    );
    this.wake();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const { stop } of this.running.values()) stop.abort(conflict('run.interrupted'));
    await this.turn;
    await Promise.all([...this.running.values()].map(({ done }) => done));
    await this.lease?.release();
  }

  /** Looks for queued runs, one look after the other. */
  wake(): void {
    this.turn = this.turn.then(() => this.look());
  }

  private async look(): Promise<void> {
    try {
      if (this.isStopping) return;
      await this.failAbandoned();
      while (!this.isStopping && this.running.size < concurrency) {
        await this.requireLease();
        const run = await this.queue.claim(this.worker);
        if (!run) return;
        this.carryOut(run);
      }
    } catch (error) {
      this.logger.warn('Queued runs could not be looked for; the next look tries again', { error });
    }
  }

  private carryOut(run: ClaimedRun): void {
    const stop = new AbortController();
    const context = createContext({ caller: { kind: 'service', name: 'ingest-service' } });
    const done = runInContext(context, () => this.execute(run, stop.signal)).finally(() => {
      this.running.delete(run.id);
      if (!this.isStopping) this.wake();
    });
    this.running.set(run.id, { stop, done });
  }

  private async execute(run: ClaimedRun, stop: AbortSignal): Promise<void> {
    const start = performance.now();
    const fields = { runId: run.id, sourceId: run.sourceId };
    let status = 'completed';
    try {
      await this.process.execute(run, stop);
      this.logger.info('A run was completed', { ...fields, ms: Math.round(performance.now() - start) });
      this.images.wake();
    } catch (error) {
      status = 'failed';
      await this.fail(run, stop.aborted ? stop.reason : error);
    }
    this.metrics.count('mediamesh_ingest_runs', { status });
    this.metrics.time('mediamesh_ingest_run_seconds', (performance.now() - start) / 1000, { status });
  }

  private async fail(run: ClaimedRun, error: unknown): Promise<void> {
    const reason = explainError(error);
    const { code, detail } = reason ?? internalError;
    this.logger[reason ? 'warn' : 'error']('A run failed', { runId: run.id, sourceId: run.sourceId, code, error });
    if (error instanceof LeaseLost) return;
    try {
      await this.queue.fail(run, { code, detail });
    } catch (failure) {
      // Others find the run when its lease is gone.
      this.logger.warn('A failed run could not be marked', { runId: run.id, error: failure });
    }
  }

  private async requireLease(): Promise<void> {
    if (this.lease && !this.lease.lost.aborted) return;
    // Whoever looks takes the old worker for dead; what it still holds is lost, so a new one begins.
    if (this.lease) this.worker = randomUUID();
    this.lease = await WorkerLease.take(this.database, this.worker, this.logger);
    this.lease.lost.addEventListener('abort', () => this.loseAll(), { once: true });
  }

  private async beat(): Promise<void> {
    if (this.running.size === 0) return;
    try {
      const held = new Set(await this.queue.beat(this.worker));
      for (const [id, { stop }] of this.running)
        if (!held.has(id)) stop.abort(new LeaseLost('The run was marked failed by another worker'));
    } catch (error) {
      this.logger.warn('A heartbeat was missed', { error });
    }
  }

  private loseAll(): void {
    if (this.isStopping) return;
    for (const { stop } of this.running.values()) stop.abort(conflict('run.interrupted'));
  }

  private async failAbandoned(): Promise<void> {
    const failed = await this.queue.failAbandoned(this.worker, interrupted);
    if (failed > 0) this.logger.warn('Runs whose worker died were marked failed', { failed });
  }
}

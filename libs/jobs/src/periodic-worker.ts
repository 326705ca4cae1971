import { type AppName, anonymous } from '@mediamesh/contracts';
import { createContext, type Logger, type Metrics, runInContext } from '@mediamesh/observability';

/** The abort reason when a worker stops. */
export class WorkerStop extends Error {
  override readonly name = 'WorkerStop';
}

export interface PeriodicWorkerOptions {
  /** Names the job in logs and metrics, such as `ingest.runs`. */
  readonly name: string;
  /** The caller in requests to other apps. */
  readonly app?: AppName;
  /** Milliseconds between the end of a run and the next one, unless the worker is woken. */
  readonly every: number | (() => number);
  /** One run. The signal is aborted when the worker stops. A rejection is logged, and the next run retries. */
  readonly work: (stop: AbortSignal) => Promise<unknown>;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

/** Runs work at intervals and when woken, one run at a time. A wake-up during a run causes another run after it. */
export class PeriodicWorker {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private turns: Promise<void> | undefined;
  private isWoken = false;
  private isStarted = false;

  constructor(private readonly options: PeriodicWorkerOptions) {}

  /** The first run comes after the interval, or when woken. */
  start(): void {
    this.isStarted = true;
    this.setTimer();
  }

  /** Runs the work, after the current run if there is one. */
  wake(): void {
    void this.turn();
  }

  /** Like {@link wake}. Resolves when no run is in progress any more. Never rejects. */
  turn(): Promise<void> {
    if (this.stopping.signal.aborted) return this.turns ?? Promise.resolve();
    this.isWoken = true;
    return (this.turns ??= this.takeTurns());
  }

  /** Aborts the current run and waits for its end. No other run starts. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.stopping.abort(new WorkerStop(`${this.options.name} stops`));
    await this.turns;
  }

  private async takeTurns(): Promise<void> {
    while (this.isWoken && !this.stopping.signal.aborted) {
      this.isWoken = false;
      await runInWorkerContext(this.options.app, () => this.takeTurn());
    }
    this.turns = undefined; // no await since the check of `isWoken`, so no wake-up is lost
    this.setTimer();
  }

  private setTimer(): void {
    clearTimeout(this.timer);
    if (!this.isStarted || this.stopping.signal.aborted) return;
    const { every } = this.options;
    this.timer = setTimeout(() => this.wake(), typeof every === 'number' ? every : every()).unref();
  }

  private async takeTurn(): Promise<void> {
    const { name, work, logger, metrics } = this.options;
    const start = performance.now();
    let outcome = 'done';
    try {
      await work(this.stopping.signal);
    } catch (error) {
      outcome = this.stopping.signal.aborted ? 'stopped' : 'failed';
      if (outcome === 'failed') logger.warn('A turn of a job failed; the next one tries again', { job: name, error });
    }
    metrics?.count('mediamesh_job_turns', { job: name, outcome });
    metrics?.time('mediamesh_job_turn_seconds', (performance.now() - start) / 1_000, { job: name });
  }
}

/** Runs a job in its own request context, independent of the request that woke it. */
export const runInWorkerContext = <T>(app: AppName | undefined, run: () => T): T =>
  runInContext(createContext({ caller: app === undefined ? anonymous : { kind: 'service', name: app } }), run);

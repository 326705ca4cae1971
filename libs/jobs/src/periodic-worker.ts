import { type AppName, anonymous } from '@mediamesh/contracts';
import { createContext, type Logger, type Metrics, runInContext } from '@mediamesh/observability';

/** The reason of a signal that is aborted because the worker stops. */
export class WorkerStop extends Error {
  override readonly name = 'WorkerStop';
}

export interface PeriodicWorkerOptions {
  /** Names the job in logs and metrics, such as `ingest.runs`. */
  readonly name: string;
  /** The app that neighbours see as the caller. */
  readonly app?: AppName;
  /** Milliseconds after a turn in which the next one begins without being asked for. */
  readonly every: number | (() => number);
  /** One turn. The signal is aborted when the worker stops. A rejection is logged, and the next turn tries again. */
  readonly work: (stop: AbortSignal) => Promise<unknown>;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

/**
 * Work that goes on beside an app's requests. It takes a turn when woken and otherwise every so often, one turn at a
 * time. A worker that is woken during a turn takes another one after it.
 */
export class PeriodicWorker {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private turns: Promise<void> | undefined;
  private isWoken = false;
  private isStarted = false;

  constructor(private readonly options: PeriodicWorkerOptions) {}

  /** Begins to take turns; the first one comes after the interval, or when woken. */
  start(): void {
    this.isStarted = true;
    this.setTimer();
  }

  /** Takes a turn as soon as the one under way is over. */
  wake(): void {
    void this.turn();
  }

  /** The same; resolves when no turn is under way any more. Never rejects. */
  turn(): Promise<void> {
    if (this.stopping.signal.aborted) return this.turns ?? Promise.resolve();
    this.isWoken = true;
    return (this.turns ??= this.takeTurns());
  }

  /** Tells the turn under way to stop and waits for its end; no other one begins. */
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
    this.turns = undefined; // without a pause after the last look at `isWoken`
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

/** Runs a job in a request context of its own, whatever request woke it. */
export const runInWorkerContext = <T>(app: AppName | undefined, run: () => T): T =>
  runInContext(createContext({ caller: app === undefined ? anonymous : { kind: 'service', name: app } }), run);

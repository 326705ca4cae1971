import { Refusal } from '@mediamesh/contracts';
import { pauseUnlessStopped } from './abort.js';

/** Whether a retry may succeed because nothing could answer. Other refusals are answers. */
export const isAway = (error: unknown): boolean =>
  error instanceof Refusal && ['unavailable', 'limited', 'timeout'].includes(error.kind);

export interface RetryOptions {
  /** Milliseconds before each retry. */
  readonly waits: readonly number[];
  /** Retries for up to so many milliseconds, with the last wait repeated. Without it there is one retry per wait. */
  readonly longest?: number;
  /** Aborted when the result is no longer needed. */
  readonly stop: AbortSignal;
}

/** Retries a call while {@link isAway} holds. Rejects with the refusal, the last error, or the reason of `stop`. */
export async function retryWhileAway<T>(call: () => Promise<T>, { waits, longest, stop }: RetryOptions): Promise<T> {
  const start = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    stop.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      const wait = waits[longest === undefined ? attempt : Math.min(attempt, waits.length - 1)];
      const isOver = longest !== undefined && performance.now() - start + (wait ?? 0) > longest;
      if (!isAway(error) || wait === undefined || isOver) throw error;
      await pauseUnlessStopped(wait, stop);
    }
  }
}

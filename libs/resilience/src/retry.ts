import { Refusal } from '@mediamesh/contracts';
import { pauseUnlessStopped } from './abort.js';

/** Whether nobody answered, or nobody who could: another try may succeed. Every other refusal is an answer. */
export const isAway = (error: unknown): boolean =>
  error instanceof Refusal && ['unavailable', 'limited', 'timeout'].includes(error.kind);

export interface RetryOptions {
  /** Milliseconds before the second and each later try. */
  readonly waits: readonly number[];
  /** Tries on, with the last wait again and again, for so many milliseconds; without it there is one try per wait. */
  readonly longest?: number;
  /** Aborted when nobody wants the answer any more. */
  readonly stop: AbortSignal;
}

/**
 * Calls a neighbour until it answers. Rejects with what it refused, with the last error when it stayed away, and with
 * the reason of `stop`.
 */
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

import { setTimeout as pause } from 'node:timers/promises';
import { type ErrorCode, Refusal } from '@mediamesh/contracts';
import { RebuildFailure } from './rebuild-failure.js';

/** Waits before the second and later tries of a call, in milliseconds; the last one again and again. */
const waits = [250, 500, 1_000, 2_500, 5_000] as const;

/** How long somebody who does not answer is waited for, in milliseconds. The class is the injection token. */
export class Patience {
  constructor(private readonly longest: number) {}

  /**
   * Calls until there is an answer; a refusal other than being away is one. @throws RebuildFailure with `code` when
   * nobody has answered for too long.
   */
  async call<T>(call: () => Promise<T>, code: ErrorCode, stop: AbortSignal): Promise<T> {
    const start = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      stop.throwIfAborted();
      try {
        return await call();
      } catch (error) {
        if (!isAway(error)) throw error;
        const wait = waits[Math.min(attempt, waits.length - 1)] ?? 0;
        if (performance.now() - start + wait > this.longest) throw new RebuildFailure(code, { cause: error });
        await pauseUnlessStopped(wait, stop);
      }
    }
  }
}

/** Waits for a reading no longer than until the stop; nothing depends on what it answers afterwards. */
export async function readUnlessStopped<T>(reading: Promise<T>, stop: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const abort = (): void => stopped.reject(stop.reason);
  stop.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([reading, stopped.promise]);
  } finally {
    stop.removeEventListener('abort', abort);
  }
}

async function pauseUnlessStopped(ms: number, stop: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal: stop });
  } catch (error) {
    throw stop.aborted ? stop.reason : error;
  }
}

const isAway = (error: unknown): boolean =>
  error instanceof Refusal && ['unavailable', 'limited', 'timeout'].includes(error.kind);

import { setTimeout as delay } from 'node:timers/promises';

/**
 * The work's result. Rejects with the signal's reason when that is aborted first, after `grace` milliseconds in which
 * the work may still finish. The work itself continues.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal, { grace = 0 } = {}): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const abort = (): void => {
    if (grace > 0) timer = setTimeout(() => aborted.reject(signal.reason), grace);
    else aborted.reject(signal.reason);
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    clearTimeout(timer);
  }
}

/** Waits some milliseconds. Rejects with the signal's reason when that is aborted. */
export async function pauseUnlessStopped(milliseconds: number, stop: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal: stop });
  } catch (error) {
    throw stop.aborted ? stop.reason : error;
  }
}

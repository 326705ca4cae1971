import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '@mediamesh/contracts';

/** How long work under way may still take after a stop was asked for, in milliseconds. */
const grace = 3_000;
/** Waits before the second and later tries of a call, in milliseconds. */
const waits = [250, 1_000, 2_500];

/** Waits for work; after a stop was asked for no longer than a moment, so that what nearly is done gets done. */
export async function waitOrStop<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  const ended = new AbortController();
  const stopped = untilAborted(stop, ended.signal).then(async () => {
    await pause(grace, undefined, { signal: ended.signal });
    throw stop.reason;
  });
  stopped.catch(() => undefined); // ended below when the work came first
  try {
    return await Promise.race([work, stopped as Promise<never>]);
  } finally {
    ended.abort();
  }
}

/** Calls a neighbour until it answers, a few times: what it refuses is an answer, being away is none. */
export async function callPatiently<T>(call: () => Promise<T>, stop: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await waitOrStop(call(), stop);
    } catch (error) {
      const wait = waits[attempt];
      if (!isAway(error) || wait === undefined) throw error;
      await pauseUnlessStopped(wait, stop);
    }
  }
}

export async function pauseUnlessStopped(ms: number, stop: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal: stop });
  } catch (error) {
    throw stop.aborted ? stop.reason : error;
  }
}

/** Whether nobody answered, or nobody who knew: another try may find somebody. */
export const isAway = (error: unknown): boolean =>
  error instanceof Refusal && (error.kind === 'unavailable' || error.kind === 'limited' || error.kind === 'timeout');

function untilAborted(signal: AbortSignal, ended: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, signal: ended });
    ended.addEventListener('abort', () => reject(new Error('nobody waits any more')), { once: true });
  });
}

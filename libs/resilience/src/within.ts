import { setTimeout as delay } from 'node:timers/promises';

/**
 * The work's answer; rejects with {@link TooLate} and the message when it does not come in so many milliseconds. The
 * work itself goes on.
 */
export async function within<T>(milliseconds: number, work: Promise<T>, message = 'No answer in time'): Promise<T> {
  const stop = new AbortController();
  try {
    const late = delay(Math.max(milliseconds, 0), undefined, { signal: stop.signal }).then((): never => {
      throw new TooLate(message);
    });
    late.catch(() => undefined); // aborted below when the answer came first
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
}

export class TooLate extends Error {
  override readonly name = 'TooLate';
}

import { setTimeout as delay } from 'node:timers/promises';

/** The work's result. Rejects with {@link TooLate} after so many milliseconds; the work itself continues. */
export async function within<T>(milliseconds: number, work: Promise<T>, message = 'No answer in time'): Promise<T> {
  const stop = new AbortController();
  try {
    const late = delay(Math.max(milliseconds, 0), undefined, { signal: stop.signal }).then((): never => {
      throw new TooLate(message);
    });
    late.catch(() => undefined); // rejects when aborted below
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
}

export class TooLate extends Error {
  override readonly name = 'TooLate';
}

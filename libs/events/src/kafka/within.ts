import { setTimeout as delay } from 'node:timers/promises';

/** The work's answer; rejects when it does not come in so many milliseconds. The work itself goes on. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const stop = new AbortController();
  try {
    const late = delay(Math.max(milliseconds, 0), undefined, { signal: stop.signal }).then((): never => {
      throw new TooLate('The brokers did not answer in time');
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

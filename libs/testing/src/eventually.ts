import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

/**
 * Asks `probe` again and again until `holds` likes the answer, and gives that answer. A probe that throws counts as
 * "not yet". Rejects after `timeoutMs` with the sentence, the last answer and the last error.
 *
 * `await eventually(() => search('قهوة'), (page) => page.items.length === 1, 'the program is searchable')`
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  holds: (value: T) => boolean,
  sentence: string,
  { timeoutMs = 30_000 }: { timeoutMs?: number } = {},
): Promise<T> {
  const end = performance.now() + timeoutMs;
  let last = 'no answer yet';
  for (let waitMs = 2; ; waitMs = Math.min(waitMs * 1.5, 50)) {
    const remainingMs = end - performance.now();
    try {
      const value = await within(Promise.resolve().then(probe), Math.max(remainingMs, 1));
      if (holds(value)) return value;
      last = `last answer: ${inspect(value, { depth: 6, breakLength: 120, maxStringLength: 500 })}`;
    } catch (error) {
      if (error instanceof TooLate) last += ' (the probe was still waiting)';
      else last = `last error: ${inspect(error, { depth: 3 })}`;
    }
    if (performance.now() + waitMs >= end) throw new Error(`Not true after ${timeoutMs} ms: ${sentence}\n${last}`);
    await pause(waitMs);
  }
}

class TooLate extends Error {}

/** The promise's answer, or {@link TooLate} thrown when it does not come in time: a hanging probe must not hang the test. */
async function within<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  const stop = new AbortController();
  try {
    const late = pause(timeoutMs, undefined, { signal: stop.signal }).then((): never => {
      throw new TooLate();
    });
    late.catch(() => undefined); // aborted below when the answer came first
    return await Promise.race([answer, late]);
  } finally {
    stop.abort();
  }
}

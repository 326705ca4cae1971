import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { TooLate, within } from '@mediamesh/resilience';

const stillWaiting = 'the probe was still waiting';

/**
 * Polls `probe` until `holds` accepts its result, and returns that result. An error of the probe counts as "not yet".
 * Rejects after `timeoutMs` with the sentence, the last result and the last error.
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
      // A probe that hangs must not block the test.
      const value = await within(Math.max(remainingMs, 1), Promise.resolve().then(probe), stillWaiting);
      if (holds(value)) return value;
      last = `last answer: ${inspect(value, { depth: 6, breakLength: 120, maxStringLength: 500 })}`;
    } catch (error) {
      // A timeout inside the probe is an error of its own.
      if (error instanceof TooLate && error.message === stillWaiting) last += ` (${stillWaiting})`;
      else last = `last error: ${inspect(error, { depth: 3 })}`;
    }
    if (performance.now() + waitMs >= end) throw new Error(`Not true after ${timeoutMs} ms: ${sentence}\n${last}`);
    await pause(waitMs);
  }
}

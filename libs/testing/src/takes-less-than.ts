/** How often it is looked whether this process gets to run, in milliseconds. */
const tick = 10;

/**
 * Holds when `work` takes less than so many milliseconds, and gives its answer. A late measurement counts, unless this
 * process itself was kept from running for as long as it was late: that proves nothing, and is measured anew, twice at
 * most. Whatever else `work` expects has to hold every time. What it needs and must not be counted, `prepare` makes
 * anew for each time. Rejects with all that was measured.
 *
 * `await takesLessThan(2_000, () => expect(client.read({ id })).rejects.toMatchObject({ kind: 'unavailable' }))`
 */
export async function takesLessThan<T>(milliseconds: number, work: () => Promise<T>): Promise<T>;
export async function takesLessThan<T, P>(
  milliseconds: number,
  work: (prepared: P) => Promise<T>,
  prepare: () => P | Promise<P>,
): Promise<T>;
export async function takesLessThan<T>(
  milliseconds: number,
  work: (prepared: unknown) => Promise<T>,
  prepare: () => unknown = () => undefined,
): Promise<T> {
  const taken: number[] = [];
  while (taken.length < 3) {
    const prepared = await prepare();
    const began = performance.now();
    const countKept = watchForPauses();
    const answer = await work(prepared).finally(countKept);
    const passed = performance.now() - began;
    if (passed < milliseconds) return answer;
    taken.push(Math.round(passed));
    if (passed - countKept() >= milliseconds) break;
  }
  throw new Error(`It should take less than ${milliseconds} ms, and took ${taken.join(', ')} ms`);
}

/**
 * Counts the milliseconds in which this process was kept from running, until it is asked how many they were: for a test
 * that takes them off what it measured itself. Whoever calls it must ask.
 */
export function watchForPauses(): () => number {
  let kept = 0;
  let last = performance.now();
  let isOver = false;
  const look = (): void => {
    const now = performance.now();
    kept += Math.max(0, now - last - 2 * tick);
    last = now;
  };
  const timer = setInterval(look, tick);
  return () => {
    if (!isOver) look();
    isOver = true;
    clearInterval(timer);
    return kept;
  };
}

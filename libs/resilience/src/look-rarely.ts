/** Caches an empty result for so many milliseconds, and no other. Concurrent callers share one call of `look`. */
export function lookRarely<T>(
  milliseconds: number,
  look: () => Promise<readonly T[]>,
  clock: () => number = () => performance.now(),
): () => Promise<readonly T[]> {
  let clearUntil = -Infinity;
  let looking: Promise<readonly T[]> | undefined;
  const lookAnew = async (): Promise<readonly T[]> => {
    try {
      const found = await look();
      if (found.length === 0) clearUntil = clock() + milliseconds;
      return found;
    } finally {
      looking = undefined;
    }
  };
  return async () => (clock() < clearUntil ? [] : (looking ??= lookAnew()));
}

/**
 * A look that is not taken again for so many milliseconds after it found nothing; what it found is looked at anew each
 * time. Those who ask while one looks wait for the same look.
 */
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

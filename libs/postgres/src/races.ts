import { unavailable } from '@mediamesh/contracts';

const maximumAttempts = 5;

/** A concurrent write changed what was read. Thrown inside a transaction, it rolls it back. */
export class RaceLost extends Error {
  override readonly name = 'RaceLost';
}

/** Repeats `attempt` while it loses a race; each must read again. 503 after five attempts. */
export async function retryRaces<T>(
  attempt: (count: number) => Promise<T>,
  isLost: (error: unknown) => boolean = (error) => error instanceof RaceLost,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt(count);
    } catch (error) {
      if (!isLost(error)) throw error;
      if (count === maximumAttempts) throw unavailable('request.busy', { retryAfter: 1, cause: error });
    }
  }
}

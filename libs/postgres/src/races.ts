import { unavailable } from '@mediamesh/contracts';

const maximumAttempts = 5;

/** What was read is no longer so: somebody else wrote it first. Thrown inside a transaction, it rolls it back. */
export class RaceLost extends Error {
  override readonly name = 'RaceLost';
}

/**
 * Runs `attempt` again, with the number of the attempt, as long as it loses a race; it must read anew each time. 503
 * after five attempts.
 */
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

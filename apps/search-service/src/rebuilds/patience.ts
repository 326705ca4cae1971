import type { ErrorCode } from '@mediamesh/contracts';
import { isAway, retryWhileAway } from '@mediamesh/resilience';
import { RebuildFailure } from './rebuild-failure.js';

/** Milliseconds before the second and each later try of a call; the last one is used again and again. */
const waits = [250, 500, 1_000, 2_500, 5_000];

/** How many milliseconds a rebuild waits for a neighbour that does not answer. The class is the injection token. */
export class Patience {
  constructor(private readonly longest: number) {}

  /**
   * Calls until there is an answer; a refusal other than being away is one.
   * @throws RebuildFailure with `code` when nobody has answered for too long
   */
  async call<T>(call: () => Promise<T>, code: ErrorCode, stop: AbortSignal): Promise<T> {
    try {
      return await retryWhileAway(call, { waits, longest: this.longest, stop });
    } catch (error) {
      throw isAway(error) ? new RebuildFailure(code, { cause: error }) : error;
    }
  }
}

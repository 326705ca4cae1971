import type { ErrorCode } from '@mediamesh/contracts';
import { isAway, retryWhileAway } from '@mediamesh/resilience';
import { RebuildFailure } from './rebuild-failure.js';

/** Milliseconds before each retry; the last one repeats. */
const waits = [250, 500, 1_000, 2_500, 5_000];

/** How many milliseconds a rebuild retries a dependency that is away. The class is the injection token. */
export class Patience {
  constructor(private readonly longest: number) {}

  /** Retries while `call` is refused as away. @throws RebuildFailure with `code` when the time is over */
  async call<T>(call: () => Promise<T>, code: ErrorCode, stop: AbortSignal): Promise<T> {
    try {
      return await retryWhileAway(call, { waits, longest: this.longest, stop });
    } catch (error) {
      throw isAway(error) ? new RebuildFailure(code, { cause: error }) : error;
    }
  }
}

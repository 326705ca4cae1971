import type { LimitPolicy } from './limit-policy.js';

/** Times are milliseconds. */
export interface TryResult {
  readonly isAllowed: boolean;
  /** How many more tries would be allowed at once. */
  readonly remaining: number;
  /** How long until another try can succeed; 0 when one can now. */
  readonly retryAfter: number;
  /** How long until the whole limit is available again. */
  readonly resetAfter: number;
}

/**
 * Where counts are kept. `limit-store.contract.ts` tests its contract:
 *
 * - `take` is atomic: of any number of concurrent tries, exactly as many succeed as the policy allows;
 * - a refused try costs nothing: waiting `retryAfter` is always enough;
 * - time is the store's own, so that callers whose clocks differ share one count;
 * - keys are independent of each other, and memory is bounded whatever their number;
 * - a store that cannot answer rejects, and the caller decides what follows.
 */
export abstract class LimitStore {
  abstract take(key: string, policy: LimitPolicy): Promise<TryResult>;

  close(): Promise<void> {
    return Promise.resolve();
  }
}

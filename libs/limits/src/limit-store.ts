import type { LimitPolicy } from './limit-policy.js';

/** The answer to one try. Times are milliseconds. */
export interface TryResult {
  readonly isAllowed: boolean;
  /** How many more would be allowed at once. */
  readonly remaining: number;
  /** How long until another try can succeed; 0 when one can now. */
  readonly retryAfter: number;
  /** How long until everything is allowed again. */
  readonly resetAfter: number;
}

/**
 * Where counts are kept. The contract, of which `limit-store.contract.ts` is the test:
 *
 * - `take` is atomic: of any number of tries at the same time, exactly as many succeed as the policy allows;
 * - a refused try costs nothing: waiting `retryAfter` is always enough;
 * - time is the store's own, so that callers whose clocks differ share one count;
 * - keys are independent of each other, and memory does not grow without bound with their number;
 * - a store that cannot answer rejects; what follows from that is the caller's to decide.
 */
export abstract class LimitStore {
  abstract take(key: string, policy: LimitPolicy): Promise<TryResult>;

  /** Lets go of connections. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

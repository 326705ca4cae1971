/**
 * Limits retries to a share of the calls, so that a struggling service gets little more traffic than a healthy one.
 * Each call earns a fraction of a retry.
 */
export interface RetryBudget {
  earn(): void;
  /** Takes one retry from the budget. Returns whether there was one. */
  spend(): boolean;
}

/** `share` retries per call (0.2 is one in five), with at most `reserve` saved up. */
export function createRetryBudget(share = 0.2, reserve = 10): RetryBudget {
  let saved = reserve;
  return {
    earn: () => {
      saved = Math.min(reserve, saved + share);
    },
    spend: () => {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}

/** A random value from half of it to all of it, so that callers that failed together do not retry together. */
export const withJitter = (milliseconds: number): number => milliseconds * (0.5 + Math.random() / 2);

/** Milliseconds to wait before retry `n`, which starts at 1: exponential, with full jitter. */
export const backOff = (n: number, firstMs = 50, maximumMs = 5_000, random: () => number = Math.random): number =>
  Math.round(random() * Math.min(maximumMs, firstMs * 2 ** (n - 1)));

/**
 * Allows retries to be only a share of the traffic, so that a struggling neighbour is not hit harder than a healthy
 * one. Every call earns a fraction of a retry; a retry costs one.
 */
export interface RetryBudget {
  /** Counts a call. */
  earn(): void;
  /** Whether one retry may be made now; takes it. */
  spend(): boolean;
}

/** `share` retries for each call (.2 is one in five), with at most `reserve` saved up. */
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

/** Between half of it and all of it, so that those who failed together do not try again together. */
export const withJitter = (milliseconds: number): number => milliseconds * (0.5 + Math.random() / 2);

/** Milliseconds to wait before attempt `n` (1 is the first retry): exponential, with full jitter. */
export const backOff = (n: number, firstMs = 50, maximumMs = 5_000, random: () => number = Math.random): number =>
  Math.round(random() * Math.min(maximumMs, firstMs * 2 ** (n - 1)));

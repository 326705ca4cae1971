/** Milliseconds left of a deadline (epoch milliseconds), at most `cap`, never below zero. */
export const remaining = (deadline: number | undefined, cap: number, now: number = Date.now()): number =>
  Math.max(0, Math.min(cap, deadline === undefined ? cap : deadline - now));

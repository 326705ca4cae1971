/** Milliseconds until a deadline (epoch milliseconds), at most `cap` and at least 0. */
export const remaining = (deadline: number | undefined, cap: number, now: number = Date.now()): number =>
  Math.max(0, Math.min(cap, deadline === undefined ? cap : deadline - now));

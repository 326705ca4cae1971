import type { LimitName } from '@mediamesh/contracts';

/**
 * How often something may happen.
 *
 * - `bucket`: on average `perSecond`, and up to `burst` at once. Unused tries return at the same rate.
 * - `window`: `quota` times within `seconds` of the first, then none until they have passed.
 */
export type LimitPolicy =
  | { readonly kind: 'bucket'; readonly perSecond: number; readonly burst: number }
  | { readonly kind: 'window'; readonly quota: number; readonly seconds: number };

/** What is counted: the account of a login, the caller, or the client's address. */
export type LimitSubject = 'account' | 'caller' | 'address';

export interface LimitRule {
  readonly subject: LimitSubject;
  readonly policy: LimitPolicy;
}

/** The rules of each limit. A request must pass all of them; they are checked in this order. */
export type LimitsConfig = Readonly<Record<LimitName, readonly LimitRule[]>>;

/** The default rates. `caller` is the user, or the client's address if nobody is logged in. */
export const defaultLimits: LimitsConfig = {
  search: [{ subject: 'caller', policy: { kind: 'bucket', perSecond: 50, burst: 200 } }],
  read: [{ subject: 'caller', policy: { kind: 'bucket', perSecond: 200, burst: 1000 } }],
  write: [{ subject: 'caller', policy: { kind: 'bucket', perSecond: 20, burst: 100 } }],
  // The address first: one client can neither use up nor invent the counts of many accounts.
  login: [
    { subject: 'address', policy: { kind: 'window', quota: 30, seconds: 60 } },
    { subject: 'account', policy: { kind: 'window', quota: 10, seconds: 60 } },
  ],
};

/** How many at once, and the seconds until a used-up limit is restored in full. */
export const extentOf = (policy: LimitPolicy): { quota: number; seconds: number } =>
  policy.kind === 'bucket'
    ? { quota: policy.burst, seconds: Math.ceil(policy.burst / policy.perSecond) }
    : { quota: policy.quota, seconds: policy.seconds };

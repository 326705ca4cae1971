import type { LimitName } from '@mediamesh/contracts';

/**
 * How often something may happen.
 *
 * - `bucket`: `perSecond` in the long run, and up to `burst` at once; what is not used comes back at the same rate.
 * - `window`: `quota` times in `seconds` from the first, then none until they have passed.
 */
export type LimitPolicy =
  | { readonly kind: 'bucket'; readonly perSecond: number; readonly burst: number }
  | { readonly kind: 'window'; readonly quota: number; readonly seconds: number };

/** What counts against a policy: an account that somebody logs in to, the person who calls, or the client's address. */
export type LimitSubject = 'account' | 'caller' | 'address';

export interface LimitRule {
  readonly subject: LimitSubject;
  readonly policy: LimitPolicy;
}

/** The rules of each named limit; all of them have to agree, and they are asked in this order. */
export type LimitsConfig = Readonly<Record<LimitName, readonly LimitRule[]>>;

/** The rates without any configuration. `caller` is the person, or the address of whoever has not logged in. */
export const defaultLimits: LimitsConfig = {
  search: [{ subject: 'caller', policy: { kind: 'bucket', perSecond: 50, burst: 200 } }],
  read: [{ subject: 'caller', policy: { kind: 'bucket', perSecond: 200, burst: 1000 } }],
  write: [{ subject: 'caller', policy: { kind: 'bucket', perSecond: 20, burst: 100 } }],
  // The address first: one client cannot use up, or make up, the counts of many accounts.
  login: [
    { subject: 'address', policy: { kind: 'window', quota: 30, seconds: 60 } },
    { subject: 'account', policy: { kind: 'window', quota: 10, seconds: 60 } },
  ],
};

/** How many at once, and the seconds after which all of it is there again. */
export const extentOf = (policy: LimitPolicy): { quota: number; seconds: number } =>
  policy.kind === 'bucket'
    ? { quota: policy.burst, seconds: Math.ceil(policy.burst / policy.perSecond) }
    : { quota: policy.quota, seconds: policy.seconds };

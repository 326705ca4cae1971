import type { LimitName } from '@mediamesh/contracts';
import { defaultLimits, type LimitPolicy, type LimitsConfig, type LimitSubject } from '@mediamesh/limits';
import { z } from 'zod';

/** `50/200`: 50 per second, in bursts of at most 200. */
const Rate = z
  .string()
  .regex(/^[1-9]\d{0,5}\/[1-9]\d{0,5}$/, 'must look like 50/200 (a second, at once)')
  .transform((text) => text.split('/').map(Number))
  .transform(([perSecond = 0, burst = 0]): LimitPolicy => ({ kind: 'bucket', perSecond, burst }))
  .optional();
/** `10/60`: 10 times in 60 seconds. */
const Quota = z
  .string()
  .regex(/^[1-9]\d{0,5}\/[1-9]\d{0,5}$/, 'must look like 10/60 (times, seconds)')
  .transform((text) => text.split('/').map(Number))
  .transform(([quota = 0, seconds = 0]): LimitPolicy => ({ kind: 'window', quota, seconds }))
  .optional();

/** The default in the notation of the variable: `50/200`. */
function writeLimit(name: LimitName, of: LimitSubject): string {
  const policy = defaultLimits[name].find(({ subject }) => subject === of)?.policy;
  if (!policy) return 'none';
  return policy.kind === 'bucket' ? `${policy.perSecond}/${policy.burst}` : `${policy.quota}/${policy.seconds}`;
}

export const LimitsShape = z
  .object({
    LIMIT_SEARCH: Rate.describe(
      `Searches of one caller: a second in the long run, and at once. Without it ${writeLimit('search', 'caller')}.`,
    ),
    LIMIT_READ: Rate.describe(`Public reads of one caller, written alike. Without it ${writeLimit('read', 'caller')}.`),
    LIMIT_WRITE: Rate.describe(`Writes of one editor, written alike. Without it ${writeLimit('write', 'caller')}.`),
    LIMIT_LOGIN_ADDRESS: Quota.describe(
      `Logins from one address: times, and in how many seconds. Without it ${writeLimit('login', 'address')}.`,
    ),
    LIMIT_LOGIN_ACCOUNT: Quota.describe(
      `Logins to one account, written alike. Without it ${writeLimit('login', 'account')}.`,
    ),
  })
  .transform(({ LIMIT_SEARCH, LIMIT_READ, LIMIT_WRITE, LIMIT_LOGIN_ADDRESS, LIMIT_LOGIN_ACCOUNT }): LimitsConfig => {
    const rules = (name: LimitName, bySubject: Partial<Record<LimitSubject, LimitPolicy | undefined>>) =>
      defaultLimits[name].map(({ subject, policy }) => ({ subject, policy: bySubject[subject] ?? policy }));
    return {
      search: rules('search', { caller: LIMIT_SEARCH }),
      read: rules('read', { caller: LIMIT_READ }),
      write: rules('write', { caller: LIMIT_WRITE }),
      login: rules('login', { address: LIMIT_LOGIN_ADDRESS, account: LIMIT_LOGIN_ACCOUNT }),
    };
  });

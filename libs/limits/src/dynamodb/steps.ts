import type { LimitPolicy } from '../limit-policy.js';
import type { TryResult } from '../limit-store.js';

/** `until`: epoch milliseconds at which the whole limit is available again. `used`: tries in the window. */
export interface Count {
  readonly until: number;
  readonly used?: number;
}

export interface Step {
  readonly update: string;
  readonly condition: string;
  readonly values: Readonly<Record<string, number>>;
}

export interface Steps {
  /** Takes a try from a running count. */
  readonly goOn: Step;
  /** Takes the first try when there is no count, or it is over. */
  readonly begin: Step;
  /** The result, from the count after the try. */
  readonly judge: (count: Count, isAllowed: boolean) => TryResult;
}

const over = 'attribute_not_exists(#until) or #until <= :now';

export const stepsOf = (policy: LimitPolicy, now: number): Steps =>
  policy.kind === 'bucket' ? bucketSteps(policy, now) : windowSteps(policy, now);

/** The generic cell rate algorithm (ITU-T I.371): a bucket is one number, the time at which it will be full. */
function bucketSteps({ perSecond, burst }: Extract<LimitPolicy, { kind: 'bucket' }>, now: number): Steps {
  const each = 1000 / perSecond;
  // epoch milliseconds are exact to a quarter of a microsecond here, and to the last digit in DynamoDB
  const tolerance = Math.min(0.001, each / 2);
  return {
    goOn: {
      update: 'set #until = #until + :each',
      condition: '#until > :now and #until <= :latest',
      values: { ':each': each, ':latest': now + (burst - 1) * each + tolerance },
    },
    begin: { update: 'set #until = :first', condition: over, values: { ':first': now + each } },
    judge: ({ until }, isAllowed) => ({
      isAllowed,
      remaining: isAllowed ? Math.max(0, Math.floor(burst - (until - now - tolerance) / each)) : 0,
      retryAfter: isAllowed ? 0 : until - now - (burst - 1) * each,
      resetAfter: until - now,
    }),
  };
}

function windowSteps({ quota, seconds }: Extract<LimitPolicy, { kind: 'window' }>, now: number): Steps {
  return {
    goOn: {
      update: 'set used = used + :one',
      condition: '#until > :now and used < :quota',
      values: { ':one': 1, ':quota': quota },
    },
    begin: {
      update: 'set used = :one, #until = :end',
      condition: over,
      values: { ':one': 1, ':end': now + seconds * 1000 },
    },
    judge: ({ until, used = 0 }, isAllowed) => ({
      isAllowed,
      remaining: isAllowed ? quota - used : 0,
      retryAfter: isAllowed ? 0 : until - now,
      resetAfter: until - now,
    }),
  };
}

import { extentOf, type LimitPolicy } from './limit-policy.js';
import { LimitStore, type TryResult } from './limit-store.js';

type Bucket = Extract<LimitPolicy, { kind: 'bucket' }>;
type Window = Extract<LimitPolicy, { kind: 'window' }>;

/** `until`: epoch milliseconds at which the whole limit is available again. `used`: tries in the window. */
interface Count {
  readonly until: number;
  readonly used: number;
}

const mostKeys = 50_000;

/**
 * Counts in this process, so several instances each allow the whole rate. Keeps the 50,000 buckets and the 50,000
 * windows used last. Buckets do not evict windows, so that many readers do not make it free to guess passwords.
 */
export class MemoryLimitStore extends LimitStore {
  private readonly counts = { bucket: new Map<string, Count>(), window: new Map<string, Count>() };

  /** @param clock Epoch milliseconds. */
  constructor(
    private readonly clock: () => number,
    private readonly capacity = mostKeys,
  ) {
    super();
  }

  override take(key: string, policy: LimitPolicy): Promise<TryResult> {
    const now = this.clock();
    const known = this.counts[policy.kind].get(key);
    // A clock that was set back must not extend a refusal.
    const latest = now + extentOf(policy).seconds * 1000;
    const current =
      known && known.until > now ? { ...known, until: Math.min(known.until, latest) } : { until: now, used: 0 };
    const { taken, count } =
      policy.kind === 'bucket' ? takeFromBucket(policy, current, now) : takeFromWindow(policy, current, now);
    this.keep(this.counts[policy.kind], key, count);
    return Promise.resolve(taken);
  }

  get size(): number {
    return this.counts.bucket.size + this.counts.window.size;
  }

  private keep(counts: Map<string, Count>, key: string, count: Count): void {
    counts.delete(key);
    counts.set(key, count);
    const [oldest] = counts.keys();
    if (oldest !== undefined && counts.size > this.capacity) counts.delete(oldest);
  }
}

interface Step {
  readonly taken: TryResult;
  readonly count: Count;
}

/** The generic cell rate algorithm (ITU-T I.371): a bucket is one number, the time at which it will be full. */
function takeFromBucket({ perSecond, burst }: Bucket, current: Count, now: number): Step {
  const each = 1000 / perSecond;
  const until = current.until + each;
  const early = until - now - burst * each;
  const isAllowed = early <= 1e-6;
  const full = isAllowed ? until : current.until;
  const free = burst - (full - now) / each;
  const taken = {
    isAllowed,
    remaining: Math.max(0, Math.floor(free + 1e-6)),
    retryAfter: isAllowed ? 0 : early,
    resetAfter: full - now,
  };
  return { taken, count: { until: full, used: 0 } };
}

function takeFromWindow({ quota, seconds }: Window, current: Count, now: number): Step {
  const isAllowed = current.used < quota;
  const used = isAllowed ? current.used + 1 : current.used;
  const until = current.used === 0 ? now + seconds * 1000 : current.until;
  return {
    taken: { isAllowed, remaining: quota - used, retryAfter: isAllowed ? 0 : until - now, resetAfter: until - now },
    count: { until, used },
  };
}

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LimitPolicy } from './limit-policy.js';
import type { LimitStore } from './limit-store.js';

export interface LimitStoreHarness {
  readonly store: LimitStore;
  /** Lets time pass for the store, by a fake clock or really. */
  readonly pass: (milliseconds: number) => Promise<void>;
}

const bucket: LimitPolicy = { kind: 'bucket', perSecond: 50, burst: 200 };
const window: LimitPolicy = { kind: 'window', quota: 10, seconds: 60 };

/** What every adapter of the limit store has to keep. */
export function describeLimitStore(name: string, open: () => Promise<LimitStoreHarness>): void {
  describe(`the limit store ${name}`, () => {
    let harness: LimitStoreHarness;
    let key: string;
    beforeEach(async () => {
      harness = await open();
      key = crypto.randomUUID();
    });

    const tryTimes = async (times: number, policy: LimitPolicy, of = key): Promise<number> => {
      const taken = await Promise.all(Array.from({ length: times }, () => harness.store.take(of, policy)));
      return taken.filter((one) => one.isAllowed).length;
    };

    it('allows a whole burst at once and then the sustained rate', async () => {
      expect(await tryTimes(500, bucket)).toBe(200);
      await harness.pass(1_000);
      expect(await tryTimes(500, bucket)).toBe(50);
      await harness.pass(500);
      expect(await tryTimes(500, bucket)).toBe(25);
    });

    it('never lets more through than burst and rate allow, however tries are spread', async () => {
      let allowed = 0;
      for (let tick = 0; tick < 100; tick += 1) {
        allowed += await tryTimes(20, bucket);
        await harness.pass(100);
      }
      expect(allowed).toBe(200 + 99 * 5);
    });

    it('gives a burst back to whoever pauses, and not more than one', async () => {
      await tryTimes(200, bucket);
      await harness.pass(4_000);
      expect(await tryTimes(500, bucket)).toBe(200);
      await harness.pass(3_600_000);
      expect(await tryTimes(500, bucket)).toBe(200);
    });

    it('counts a quota from its first use and gives it back whole', async () => {
      expect(await tryTimes(30, window)).toBe(10);
      await harness.pass(59_000);
      expect(await tryTimes(5, window)).toBe(0);
      await harness.pass(1_000);
      expect(await tryTimes(30, window)).toBe(10);
    });

    it.each([bucket, window])('says how many are left and how long to wait, and waiting so long is enough: $kind', async (policy) => {
      const quota = policy.kind === 'bucket' ? policy.burst : policy.quota;
      expect(await harness.store.take(key, policy)).toMatchObject({ isAllowed: true, remaining: quota - 1, retryAfter: 0 });
      await tryTimes(quota * 2, policy);
      const refused = await harness.store.take(key, policy);
      expect(refused).toMatchObject({ isAllowed: false, remaining: 0 });
      expect(refused.retryAfter).toBeGreaterThan(0);
      expect(refused.resetAfter).toBeGreaterThanOrEqual(refused.retryAfter);
      await harness.pass(Math.ceil(refused.retryAfter));
      expect((await harness.store.take(key, policy)).isAllowed).toBe(true);
    });

    it('keeps the counts of different keys apart', async () => {
      await tryTimes(20, window);
      expect(await tryTimes(20, window, `${key} of another`)).toBe(10);
    });
  });
}

import { describe, expect, it } from '@jest/globals';
import { untilAnswered } from './fixtures/until-answered.js';
import type { LimitPolicy } from './limit-policy.js';
import type { LimitStore } from './limit-store.js';

export interface LimitStoreHarness {
  readonly store: LimitStore;
  /** Lets time pass for the store, by a fake clock or really. */
  readonly pass: (milliseconds: number) => Promise<void>;
  /** The store's clock in milliseconds, where it goes on while a test runs. */
  readonly now?: () => Promise<number>;
}

const bucket: LimitPolicy = { kind: 'bucket', perSecond: 50, burst: 200 };
const window: LimitPolicy = { kind: 'window', quota: 10, seconds: 60 };

/** What every adapter of the limit store has to keep. */
export function describeLimitStore(name: string, open: () => Promise<LimitStoreHarness>): void {
  describe(`the limit store ${name}`, () => {
    let harness: LimitStoreHarness;
    let key: string;
    const inOneGo =
      <A extends unknown[]>(test: (...args: A) => Promise<void>) =>
      (...args: A) =>
        untilAnswered(async (fresh) => {
          harness = await open();
          key = fresh;
          await test(...args);
        });

    const tryTimes = async (times: number, policy: LimitPolicy, of = key): Promise<number> => {
      const taken = await Promise.all(Array.from({ length: times }, () => harness.store.take(of, policy)));
      return taken.filter((one) => one.isAllowed).length;
    };

    /**
     * How much time has passed for the store since this was called, at the least and at the most: the same where its
     * clock stands still.
     */
    const watch = async (): Promise<() => Promise<{ least: number; most: number }>> => {
      const { pass, now } = harness;
      let passed = 0;
      harness = { ...harness, pass: async (milliseconds) => void ((passed += milliseconds), await pass(milliseconds)) };
      const start = (await now?.()) ?? 0;
      let first: number | undefined;
      return async () => {
        const end = (await now?.()) ?? 0;
        first ??= end;
        return { least: passed + (end - first), most: passed + (end - start) };
      };
    };
    /** Of a bucket that is always asked for more than it holds, exactly the burst and what the time gave back. */
    const expectSpent = (allowed: number, { least, most }: { least: number; most: number }): void => {
      expect(allowed).toBeGreaterThanOrEqual(200 + Math.floor(least / 20));
      expect(allowed).toBeLessThanOrEqual(200 + Math.floor(most / 20));
    };

    it(
      'allows a whole burst at once and then the sustained rate',
      inOneGo(async () => {
        const elapsed = await watch();
        let allowed = await tryTimes(500, bucket);
        expectSpent(allowed, await elapsed());
        for (const pause of [1_000, 500]) {
          await harness.pass(pause);
          const { least } = await elapsed();
          allowed += await tryTimes(500, bucket);
          expectSpent(allowed, { least, most: (await elapsed()).most });
        }
      }),
    );

    it(
      'never lets more through than burst and rate allow, however tries are spread',
      inOneGo(async () => {
        const elapsed = await watch();
        let allowed = 0;
        for (let tick = 0; tick < 100; tick += 1) {
          if (tick > 0) await harness.pass(100);
          allowed += await tryTimes(20, bucket);
        }
        const { most } = await elapsed();
        expectSpent(allowed, { least: 99 * 100, most });
      }),
    );

    it(
      'gives a burst back to whoever pauses, and not more than one',
      inOneGo(async () => {
        await tryTimes(200, bucket);
        for (const pause of [4_000, 3_600_000]) {
          await harness.pass(pause);
          const elapsed = await watch();
          const allowed = await tryTimes(500, bucket);
          expectSpent(allowed, { least: 0, most: (await elapsed()).most });
        }
      }),
    );

    it(
      'counts a quota from its first use and gives it back whole',
      inOneGo(async () => {
        expect(await tryTimes(30, window)).toBe(10);
        await harness.pass(59_000);
        expect(await tryTimes(5, window)).toBe(0);
        await harness.pass(1_000);
        expect(await tryTimes(30, window)).toBe(10);
      }),
    );

    // The bucket gives a try back a second, which a busy machine does not let pass unnoticed.
    it.each([{ ...bucket, perSecond: 1 }, window])(
      'says how many are left and how long to wait, and waiting so long is enough: $kind',
      inOneGo(async (policy: LimitPolicy) => {
        const quota = policy.kind === 'bucket' ? policy.burst : policy.quota;
        expect(await harness.store.take(key, policy)).toMatchObject({
          isAllowed: true,
          remaining: quota - 1,
          retryAfter: 0,
        });
        await tryTimes(quota * 2, policy);
        const refused = await harness.store.take(key, policy);
        expect(refused).toMatchObject({ isAllowed: false, remaining: 0 });
        expect(refused.retryAfter).toBeGreaterThan(0);
        expect(refused.resetAfter).toBeGreaterThanOrEqual(refused.retryAfter);
        await harness.pass(Math.ceil(refused.retryAfter));
        expect((await harness.store.take(key, policy)).isAllowed).toBe(true);
      }),
    );

    it(
      'keeps the counts of different keys apart',
      inOneGo(async () => {
        await tryTimes(20, window);
        expect(await tryTimes(20, window, `${key} of another`)).toBe(10);
      }),
    );
  });
}

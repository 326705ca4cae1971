import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMetrics, type Metrics } from '@mediamesh/observability';
import { keepLines } from './fixtures/kept-lines.js';
import { InsuredLimitStore } from './insured-limit-store.js';
import type { LimitPolicy } from './limit-policy.js';
import { LimitStore, type TryResult } from './limit-store.js';
import { MemoryLimitStore } from './memory-limit-store.js';

const window: LimitPolicy = { kind: 'window', quota: 3, seconds: 60 };

/** A shared store that can be told to fail. */
class SharedStore extends LimitStore {
  failure: string | undefined;
  private readonly counts: MemoryLimitStore;

  constructor(clock: () => number) {
    super();
    this.counts = new MemoryLimitStore(clock);
  }

  override take(key: string, policy: LimitPolicy): Promise<TryResult> {
    return this.failure === undefined ? this.counts.take(key, policy) : Promise.reject(new Error(this.failure));
  }
}

describe('a shared store of limits that is insured by memory', () => {
  let now: number;
  let store: SharedStore;
  let lines: ReturnType<typeof keepLines>;
  let metrics: Metrics;
  let insured: InsuredLimitStore;
  beforeEach(() => {
    now = 1_000_000;
    store = new SharedStore(() => now);
    lines = keepLines();
    metrics = createMetrics('cms-gateway');
    insured = new InsuredLimitStore({ store, clock: () => now, logger: lines.logger, metrics });
  });
  afterEach(async () => {
    await insured.close();
    await metrics.close();
  });

  const allowed = async (key: string, times: number): Promise<number> => {
    const taken = await Promise.all(Array.from({ length: times }, () => insured.take(key, window)));
    return taken.filter(({ isAllowed }) => isAllowed).length;
  };
  const isAway = async (): Promise<string | undefined> =>
    /mediamesh_limit_store_away\S* (\d)/.exec(await metrics.render())?.[1];

  it('goes on counting while the store fails, and says once why', async () => {
    store.failure = 'OOM command not allowed';
    expect(await allowed('a', 5)).toBe(3);
    expect(await allowed('b', 5)).toBe(3);
    expect(lines.text().match(/The limit store fails/g)).toHaveLength(1);
    expect(lines.text()).toContain('each process counts by itself');
  });

  it('is away from the first failure on, however few there are', async () => {
    expect(await isAway()).toBe('0');
    store.failure = 'READONLY';
    await allowed('a', 1);
    expect(await isAway()).toBe('1');
    now += 9_000;
    expect(await isAway()).toBe('1');
    now += 2_000;
    expect(await isAway()).toBe('0');
  });

  it('says nothing for every key of a store that fails for some only, and once that it is back', async () => {
    for (let round = 0; round < 5; round += 1) {
      store.failure = 'this node is away';
      await allowed('a', 1);
      store.failure = undefined;
      await allowed('b', 1);
      now += 1_000;
    }
    expect(lines.text().split('\n')).toHaveLength(1);
    now += 20_000;
    await allowed('b', 2);
    expect(lines.text().split('\n').slice(1)).toEqual([expect.stringContaining('counts for all processes again')]);
  });
});

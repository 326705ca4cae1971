import { describe, expect, it } from '@jest/globals';
import { describeLimitStore } from './limit-store.contract.js';
import { MemoryLimitStore } from './memory-limit-store.js';

describeLimitStore('in memory', () => {
  const world = { now: 1_800_000_000_000 };
  const pass = (milliseconds: number): Promise<void> => {
    world.now += milliseconds;
    return Promise.resolve();
  };
  return Promise.resolve({ store: new MemoryLimitStore(() => world.now), pass });
});

describe('the limit store in memory', () => {
  it('holds no more keys than it may, and forgets those used longest ago', async () => {
    const store = new MemoryLimitStore(() => 0, 100);
    const once = { kind: 'window', quota: 1, seconds: 60 } as const;
    await store.take('kept', once);
    for (let number = 0; number < 1_000; number += 1) {
      await store.take(`key ${number}`, once);
      if (number % 50 === 0) await store.take('kept', once);
    }
    expect(store.size).toBe(100);
    expect((await store.take('kept', once)).isAllowed).toBe(false);
    expect((await store.take('key 0', once)).isAllowed).toBe(true);
  });

  it('keeps what is counted in a window under any number of buckets', async () => {
    const store = new MemoryLimitStore(() => 0, 100);
    const once = { kind: 'window', quota: 1, seconds: 60 } as const;
    await store.take('login', once);
    for (let number = 0; number < 1_000; number += 1)
      await store.take(`reader ${number}`, { kind: 'bucket', perSecond: 1, burst: 1 });
    expect((await store.take('login', once)).isAllowed).toBe(false);
    expect(store.size).toBe(101);
  });

  it('locks nobody out for longer than a full period when the clock is set back', async () => {
    const world = { now: 100_000_000 };
    const store = new MemoryLimitStore(() => world.now);
    const policy = { kind: 'bucket', perSecond: 1, burst: 1 } as const;
    await store.take('key', policy);
    world.now -= 86_400_000;
    expect((await store.take('key', policy)).retryAfter).toBe(1_000);
    world.now += 1_000;
    expect((await store.take('key', policy)).isAllowed).toBe(true);
  });
});

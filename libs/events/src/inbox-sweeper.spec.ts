import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import type { Database } from '@mediamesh/postgres';
import { daysBeyond, startSweepingInboxes } from './inbox-sweeper.js';

const hour = 3_600_000;

describe('sweeping inboxes', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('forgets every hour what is old enough, in each database also when another is away, until it ends', async () => {
    const asked: unknown[][] = [];
    const databaseCalled = (name: string, isAway = false) =>
      ({
        name,
        query: (_: string, [days]: unknown[]) => (
          asked.push([name, days]),
          isAway ? Promise.reject(new Error('away')) : Promise.resolve([])
        ),
      }) as unknown as Database;
    const stop = startSweepingInboxes(new Set([databaseCalled('one', true), databaseCalled('two')]), silentLogger, 15);
    await jest.advanceTimersByTimeAsync(2 * hour);
    expect(asked).toEqual([
      ['one', 15],
      ['two', 15],
      ['one', 15],
      ['two', 15],
    ]);
    stop();
    await jest.advanceTimersByTimeAsync(2 * hour);
    expect(asked).toHaveLength(4);
  });

  it('remembers longer than a broker keeps events, which may be a segment longer than it was told', () => {
    for (const hours of [1, 168, 24 * 90]) expect(daysBeyond(hours) * 24).toBeGreaterThan(hours + 7 * 24);
  });
});

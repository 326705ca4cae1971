import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import type { Database } from '@mediamesh/postgres';
import { startCleaning } from './cleaner.js';

const hour = 3_600_000;

describe('cleaning inboxes', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('deletes every hour what is old enough, in each database also when another is away, until it ends', async () => {
    const asked: unknown[][] = [];
    const databaseCalled = (name: string, isAway = false) =>
      ({
        name,
        query: (_: string, [days]: unknown[]) => (
          asked.push([name, days]),
          isAway ? Promise.reject(new Error('away')) : Promise.resolve([])
        ),
      }) as unknown as Database;
    const stop = startCleaning(
      new Set([databaseCalled('one', true), databaseCalled('two')]),
      { table: 'inbox', column: 'done_at', days: 15 },
      silentLogger,
    );
    await jest.advanceTimersByTimeAsync(2 * hour);
    expect(asked).toEqual([
      ['one', 15],
      ['two', 15],
      ['one', 15],
      ['two', 15],
    ]);
    await stop();
    await jest.advanceTimersByTimeAsync(2 * hour);
    expect(asked).toHaveLength(4);
  });
});

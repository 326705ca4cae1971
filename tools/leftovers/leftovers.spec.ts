import { describe, expect, it } from '@jest/globals';
import { isAbandoned, listLeftovers, nameOfRun } from './leftovers.js';

describe('what a run of the tests leaves on servers', () => {
  const noon = Date.parse('2026-11-22T12:00:00Z');
  const hours = (count: number): number => noon + count * 3_600_000;

  it('is known by its name as abandoned after an hour, and not before', () => {
    const run = nameOfRun(noon);
    for (const thing of [
      `${run}-0123456789.content.events`,
      `${run}-0123456789:limit`,
      `${run}-0123456789-v1-x`,
      run,
    ]) {
      expect([isAbandoned(thing, hours(0.9)), isAbandoned(thing, hours(1.1))]).toEqual([false, true]);
    }
  });

  it('is never taken for what somebody else made', () => {
    for (const thing of [
      'mediamesh',
      'content.events',
      'e2e',
      'e2e-report',
      'e2e-0123456789-v1-x',
      'mediamesh-e2e-000000-0000',
      '.opensearch-observability',
      '__consumer_offsets',
    ])
      expect(isAbandoned(thing, hours(24))).toBe(false);
  });

  it('is looked for on the servers that are there, and the others are named', async () => {
    expect(await listLeftovers({}, () => true)).toEqual({ found: [], problems: [] });
    const { problems } = await listLeftovers(
      { TEST_REDIS_URL: 'redis://127.0.0.1:1', TEST_OPENSEARCH_URL: 'http://127.0.0.1:1' },
      () => true,
    );
    expect(problems).toEqual([expect.stringMatching(/^Redis: /), expect.stringMatching(/^OpenSearch: /)]);
  });
});

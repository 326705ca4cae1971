import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { describeJudged, measureRanking } from '../relevance.contract.js';
import { SqliteSearchIndex } from './sqlite-search-index.js';

describeJudged((judged, atLeast) => {
  it(`reaches ${atLeast} nDCG@10`, async () => {
    const place = mkdtempSync(join(tmpdir(), 'relevance-'));
    const index = await SqliteSearchIndex.open(join(place, 'index.db'));
    try {
      expect(await measureRanking(index, judged())).toBeGreaterThanOrEqual(atLeast);
    } finally {
      await index.close();
      rmSync(place, { recursive: true });
    }
  });
});

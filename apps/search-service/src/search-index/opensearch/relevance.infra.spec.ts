import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { describeWithServer } from '@mediamesh/testing';
import { describeJudged, measureRanking } from '../relevance.contract.js';
import { SqliteSearchIndex } from '../sqlite/sqlite-search-index.js';
import { newAlias, optionsOf, prepareIndex, removeIndexes } from './index-in-tests.builder.js';
import { OpenSearchIndex } from './opensearch-search-index.js';

describeWithServer('opensearch', 'OpenSearch beside SQLite', (url = '') => {
  const aliases: string[] = [];
  const place = mkdtempSync(join(tmpdir(), 'relevance-'));
  afterAll(async () => {
    await removeIndexes(url, aliases);
    rmSync(place, { recursive: true });
  });

  describeJudged((judged, atLeast) => {
    it(`ranks as well as the engine of one process, within .01 nDCG@10`, async () => {
      const options = optionsOf(url, newAlias());
      aliases.push(options.alias);
      await prepareIndex(options);
      const [openSearch, sqlite] = [
        new OpenSearchIndex(options),
        await SqliteSearchIndex.open(join(place, `${options.alias}.db`)),
      ];
      try {
        const [ours, theirs] = [await measureRanking(openSearch, judged()), await measureRanking(sqlite, judged())];
        expect(ours).toBeGreaterThanOrEqual(theirs - 0.01);
        expect(ours).toBeGreaterThanOrEqual(atLeast - 0.01);
      } finally {
        await openSearch.close();
        await sqlite.close();
      }
    });
  });
});

import type { SearchFilters } from '../search-index.js';
import type { SearchAnswer } from './answers.js';
import { EngineRefusal, engineAway, type OpenSearchEngine, patience } from './engine.js';
import { findLive, needGeneration } from './live-indexes.js';
import { filterDocuments, inTexts, type TextQuery } from './text-query.js';

/** Hits that can be paged through. */
export const reachable = 1_000;

/** Ties go to the newer document. */
export const bestFirst = [{ _score: 'desc' }, { releasedAt: 'desc' }, { id: 'asc' }];

/** Returns the best matching text of each document. */
export const withBestText = {
  inner_hits: { size: 1, _source: ['texts.kind', 'texts.language', 'texts.title', 'texts.description'] },
};

/** Rejects partial results as `unavailable`. */
export async function runSearch(
  engine: OpenSearchEngine,
  path: string,
  body: object,
  milliseconds: number = patience.query,
): Promise<SearchAnswer> {
  const answer = await engine.send<SearchAnswer>({
    method: 'POST',
    path,
    body,
    patience: milliseconds,
    ...(path !== '/_search' && { query: { allow_partial_search_results: false } }),
  });
  if (answer.timed_out) throw engineAway(new Error('OpenSearch answered in part'));
  return answer;
}

/** Refuses an index of another layout as `unavailable`, even with no hits: the query has no meaning for it. */
export async function searchLive(
  engine: OpenSearchEngine,
  alias: string,
  body: object,
): Promise<{ readonly answer: SearchAnswer; readonly generation: string }> {
  try {
    const answer = await runSearch(engine, `/${alias}/_search`, body);
    const [first] = answer.hits.hits;
    return {
      answer,
      generation: first ? needGeneration(alias, first._index) : (await findLive(engine, alias)).generation,
    };
  } catch (error) {
    if (error instanceof EngineRefusal) await findLive(engine, alias);
    throw error;
  }
}

export const describeHits = ({ scored }: TextQuery, filters: SearchFilters, size: number): object => ({
  size,
  _source: false,
  track_total_hits: reachable + 1,
  query: { bool: { must: [inTexts(scored, filters.language, withBestText)], filter: filterDocuments(filters) } },
  sort: bestFirst,
});

/** The list of a snapshot from `after` on: ids and scores only. */
export const describeList = (
  { scored }: TextQuery,
  filters: SearchFilters,
  {
    size,
    pit,
    keepAlive,
    after,
  }: { size: number; pit: string; keepAlive: string; after: readonly (string | number)[] | undefined },
): object => ({
  size,
  _source: false,
  track_total_hits: reachable + 1,
  query: { bool: { must: [inTexts(scored, filters.language)], filter: filterDocuments(filters) } },
  sort: bestFirst,
  pit: { id: pit, keep_alive: keepAlive },
  ...(after && { search_after: after }),
});

/** The current texts of those documents that still match. */
export const describeTexts = ({ scored }: TextQuery, filters: SearchFilters, ids: readonly string[]): object => ({
  size: ids.length,
  _source: false,
  track_total_hits: false,
  query: {
    bool: {
      must: [inTexts(scored, filters.language, withBestText)],
      filter: [{ ids: { values: ids } }, ...filterDocuments(filters)],
    },
  },
});

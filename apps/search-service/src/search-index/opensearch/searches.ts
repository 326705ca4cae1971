import type { SearchFilters } from '../search-index.js';
import type { SearchAnswer } from './answers.js';
import { EngineRefusal, engineAway, type OpenSearchEngine, patience } from './engine.js';
import { findLive, needGeneration } from './live-indexes.js';
import { filterDocuments, inTexts, type TextQuery } from './text-query.js';

/** How deep a list can be paged. */
export const reachable = 1_000;

/** Best first; ties go to the newer document. */
export const bestFirst = [{ _score: 'desc' }, { releasedAt: 'desc' }, { id: 'asc' }];

/** Gives back the text of each document that matched best. */
export const withBestText = {
  inner_hits: { size: 1, _source: ['texts.kind', 'texts.language', 'texts.title', 'texts.description'] },
};

/** Whole answers only: an engine that leaves out what it could not read in time is taken for one that is away. */
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

/**
 * Searches the live index, and says its generation. One of another layout is refused as `unavailable`, also where it
 * would have found nothing: what a question means there nobody knows.
 */
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

/** The best documents with their texts. */
export const describeHits = ({ scored }: TextQuery, filters: SearchFilters, size: number): object => ({
  size,
  _source: false,
  track_total_hits: reachable + 1,
  query: { bool: { must: [inTexts(scored, filters.language, withBestText)], filter: filterDocuments(filters) } },
  sort: bestFirst,
});

/** The list as it was when a snapshot was made, from a place on: names and scores only. */
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

/** The texts that some documents have now, those that still match. */
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

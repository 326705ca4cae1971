import type { IndexHit } from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';
import { createStemmer, findHighlightTerms, highlight } from '@mediamesh/text';
import { PlaceExpired, type SearchFilters, type SearchPage, type SearchQuery } from '../search-index.js';
import { type FoundDocument, type StoredText, textOf } from './answers.js';
import { findCorrection } from './corrections.js';
import { EngineRefusal, type OpenSearchEngine } from './engine.js';
import { countFacets, noFacets } from './facets.js';
import { findLive } from './live-indexes.js';
import { type ListPlace, markOf, readPlace, splitMarks, writePlace } from './places.js';
import { describeHits, describeList, describeTexts, reachable, runSearch, searchLive } from './searches.js';
import { isTooOld, snapshotKept, Snapshots } from './snapshots.js';
import { buildTextQuery, type TextQuery } from './text-query.js';

const snippetLength = 200;
/** Marks in a place beside a snapshot: its cursor, wrapped in another, stays below 1,000 characters. */
const mostMissed = 36;
/** Milliseconds of a search in which a correction may start; it is optional, and callers time out after 2 s. */
const helpWithin = 1_500;
const nothing = { hits: [], total: { value: 0, relation: 'eq' } } as const;

export interface ReaderOptions {
  readonly alias: string;
  readonly logger: Logger;
  /** Milliseconds since 1970, comparable between processes. */
  readonly clock: () => number;
}

type Page = Pick<SearchPage, 'hits' | 'total' | 'generation' | 'next'>;

/**
 * Searches the live index. The first page is one request. From the second page on, the list is fixed by a snapshot that
 * every process can read. The marks of the first page exclude its hits from the snapshot, so that no document comes
 * twice, whatever is written. Texts are always the current ones.
 */
export class IndexReader {
  private readonly engine: OpenSearchEngine;
  private readonly alias: string;
  private readonly logger: Logger;
  private readonly clock: () => number;
  private readonly snapshots: Snapshots;
  private readonly stem = createStemmer();

  constructor(engine: OpenSearchEngine, { alias, logger, clock }: ReaderOptions) {
    this.engine = engine;
    this.alias = alias;
    this.logger = logger;
    this.clock = clock;
    this.snapshots = new Snapshots(engine, clock);
  }

  async search({ text, filters, limit, after, facets }: SearchQuery): Promise<SearchPage> {
    const end = performance.now() + helpWithin;
    const query = buildTextQuery(text);
    if (!query)
      return {
        ...nothing,
        generation: (await findLive(this.engine, this.alias)).generation,
        ...(facets && { facets: noFacets }),
      };
    const [page, counts] = await Promise.all([
      after === undefined
        ? this.readFirst(text, query, filters, limit)
        : this.readNext(text, query, filters, limit, readPlace(after)),
      facets ? countFacets(this.engine, this.alias, query, filters) : undefined,
    ]);
    const didYouMean = page.total.value === 0 ? await this.findHelp(text, filters, end) : undefined;
    return { ...page, ...(counts && { facets: counts }), ...(didYouMean !== undefined && { didYouMean }) };
  }

  /** An empty page is right without a correction, so a failure is only logged. */
  private async findHelp(text: string, filters: SearchFilters, end: number): Promise<string | undefined> {
    try {
      return await findCorrection(text, { engine: this.engine, alias: this.alias, filters, end });
    } catch (error) {
      this.logger.warn('Another question could not be looked for; the answer goes without', { error });
      return undefined;
    }
  }

  private async readFirst(text: string, query: TextQuery, filters: SearchFilters, limit: number): Promise<Page> {
    const {
      answer: { hits: found },
      generation,
    } = await searchLive(this.engine, this.alias, describeHits(query, filters, limit));
    const total = countTotal(found.total?.value);
    const next =
      total.value > found.hits.length
        ? writePlace({
            generation,
            passed: found.hits.length,
            shown: found.hits.map(({ _id }) => markOf(_id)).join(''),
          })
        : undefined;
    return {
      hits: this.show(text, found.hits, new Map(found.hits.map((hit) => [hit._id, hit]))),
      total,
      generation,
      ...(next && { next }),
    };
  }

  private async readNext(
    text: string,
    query: TextQuery,
    filters: SearchFilters,
    limit: number,
    place: ListPlace | undefined,
  ): Promise<Page> {
    const { index, generation } = await findLive(this.engine, this.alias);
    if (place?.generation !== generation) throw new PlaceExpired('The list of this place is gone');
    if (place.snapshot && isTooOld(place.snapshot.since, this.clock()))
      throw new PlaceExpired('The list of this place is too old');
    const { pit, since } = place.snapshot ?? (await this.snapshots.find(index));
    const shown = splitMarks(place.shown);
    // Before the list has a snapshot it is read from its start, to locate the hits of the first page.
    const before = place.snapshot ? place.passed : 0;
    const size = Math.min(shown.length + limit, reachable - before);
    const { hits: found, pit_id: kept } = await runSearch(
      this.engine,
      '/_search',
      describeList(query, filters, { size, pit, keepAlive: snapshotKept, after: place.snapshot?.after }),
    ).catch(explainSnapshot);
    const { page, passed, missed } = leaveOut(found.hits, shown, limit, place.snapshot === undefined);
    if (missed.length > mostMissed) throw new PlaceExpired('The list has changed too much to go on');
    const total = countTotal(found.total?.value);
    const last = found.hits[passed - 1]?.sort;
    const next =
      last && total.value > before + passed
        ? writePlace({
            generation,
            passed: before + passed,
            shown: missed.join(''),
            snapshot: { pit: kept ?? pit, since, after: last },
          })
        : undefined;
    const texts =
      page.length === 0
        ? []
        : (
            await runSearch(
              this.engine,
              `/${this.alias}/_search`,
              describeTexts(
                query,
                filters,
                page.map(({ _id }) => _id),
              ),
            )
          ).hits.hits;
    return {
      hits: this.show(text, page, new Map(texts.map((hit) => [hit._id, hit]))),
      total,
      generation,
      ...(next && { next }),
    };
  }

  /** Hits in list order with their current texts. A document without a text is no longer public and is left out. */
  private show(text: string, list: readonly FoundDocument[], texts: ReadonlyMap<string, FoundDocument>): IndexHit[] {
    const marks = findHighlightTerms(text);
    const mark = (original: string, length?: number): string =>
      highlight(original, marks, { stem: this.stem, ...(length !== undefined && { length }) });
    return list.flatMap(({ _id: id, _score, sort }) => {
      const document = texts.get(id);
      const found: StoredText | undefined = document && textOf(document);
      if (!found) return [];
      const { kind, language, title, description } = found;
      return {
        id,
        kind,
        language,
        score: _score ?? Number(sort?.[0] ?? 0),
        highlights: {
          title: mark(title),
          ...(description !== '' && { description: mark(description, snippetLength) }),
        },
      };
    });
  }
}

const countTotal = (found = 0): SearchPage['total'] => ({
  value: Math.min(found, reachable),
  relation: found > reachable ? 'gte' : 'eq',
});

/**
 * When the list still starts exactly with the hits shown, they are skipped as a block. Otherwise each is matched by its
 * mark, which two ids share with a probability of one in 16 million.
 */
function leaveOut(
  list: readonly FoundDocument[],
  shown: readonly string[],
  limit: number,
  fromBeginning: boolean,
): { page: FoundDocument[]; passed: number; missed: string[] } {
  if (fromBeginning && shown.every((mark, at) => list[at] !== undefined && markOf(list[at]._id) === mark)) {
    const page = list.slice(shown.length, shown.length + limit);
    return { page, passed: shown.length + page.length, missed: [] };
  }
  const missing = new Set(shown);
  const page: FoundDocument[] = [];
  let passed = 0;
  for (; passed < list.length && page.length < limit; passed++) {
    const entry = list[passed]!;
    if (!missing.delete(markOf(entry._id))) page.push(entry);
  }
  return { page, passed, missed: [...missing] };
}

function explainSnapshot(error: unknown): never {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof EngineRefusal && cause.status === 404)
    throw new PlaceExpired('The list of this place is kept no more', { cause });
  throw error;
}

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SearchFilters } from '../search-index.js';
import type { QueryTerms } from './query-terms.js';
import { facetWords } from './searchable-text.js';

/**
 * The bounds that keep a search flat however large the index is. Up to `scored` rows every match is scored, so small
 * indexes are searched exactly; beyond, words select rows from the rarest on, and common words only among the newest.
 */
const limits = { scored: 4_000, listed: 1_500, window: 1_500, titles: 500 };

interface Scored {
  readonly row: number;
  readonly score: number;
}

/** A row that may be a hit, with a first estimate of its score. */
export type Candidates = Map<number, number>;

export interface Selection {
  readonly candidates: Candidates;
  /** Whether every matching row is among them. */
  readonly complete: boolean;
}

/** Finds rows worth a closer look; each statement reads a bounded number of matches. */
export class CandidateSelector {
  readonly #ranked: Record<'stems' | 'titles', StatementSync>;
  readonly #newest: Record<'stems' | 'titles', StatementSync>;
  readonly #sameTitle: StatementSync;
  readonly #hasFacets: StatementSync;

  constructor(database: DatabaseSync) {
    // bm25 is negative in FTS5; the facets do not count.
    const ranked = (table: string) => `select rowid as row, -bm25(${table}, 1, 0) as score from ${table} where ${table} match ? order by bm25(${table}, 1, 0) limit ?`;
    const newest = (table: string) => `select rowid as row, -bm25(${table}, 1, 0) as score from ${table} where ${table} match ? order by rowid desc limit ?`;
    this.#ranked = { stems: database.prepare(ranked('stems')), titles: database.prepare(ranked('titles')) };
    this.#newest = { stems: database.prepare(newest('stems')), titles: database.prepare(newest('titles')) };
    this.#sameTitle = database.prepare('select row, 0 as score from tokens where titleKey = ? order by row desc limit ?');
    this.#hasFacets = database.prepare('select 1 from titles where titles match ? and rowid = ?');
  }

  select(query: QueryTerms, filters: SearchFilters, rows: number, rowsWith: (stem: string) => number): Selection {
    const present = query.stems.map((stem) => ({ stem, count: rowsWith(stem) })).filter(({ count }) => count > 0);
    const { rare, common } = splitByCount(present, rows);
    const facets = facetWords(filters);
    const candidates: Candidates = new Map();
    const add = (table: 'stems' | 'titles', statement: StatementSync, words: string, limit: number): number => {
      const found = statement.all(matchOf(words, facets), limit) as unknown as Scored[];
      for (const { row, score } of found) candidates.set(row, (candidates.get(row) ?? 0) + (table === 'titles' ? titleShare(candidates.has(row)) : 1) * score);
      return found.length;
    };
    let complete = common.length === 0;
    if (rare.length > 0) {
      if (add('stems', this.#ranked.stems, anyOf(rare), limits.listed) === limits.listed) complete = false;
      add('titles', this.#ranked.titles, anyOf(rare), limits.titles);
    }
    if (common.length > 0 && candidates.size < limits.listed) {
      add('stems', this.#newest.stems, allOf(common), limits.window);
      add('titles', this.#newest.titles, allOf(common), limits.titles);
      if (common.length > 1 && candidates.size < limits.listed) {
        complete = add('stems', this.#newest.stems, anyOf(common), limits.window) < limits.window;
        add('titles', this.#newest.titles, anyOf(common), limits.titles);
      }
    }
    for (const { row } of this.#sameTitle.all(query.titleKey, limits.titles) as unknown as Scored[]) {
      const passes = facets.length === 0 || this.#hasFacets.get(facetExpression(facets), row) !== undefined;
      if (passes && !candidates.has(row)) candidates.set(row, 0);
    }
    return { candidates, complete };
  }
}

/** Words of which all matches are scored, rarest first until there are too many, and the others. */
function splitByCount(present: { stem: string; count: number }[], rows: number): { rare: string[]; common: string[] } {
  const stems = present.toSorted((a, b) => a.count - b.count);
  if (rows <= limits.scored) return { rare: stems.map(({ stem }) => stem), common: [] };
  let sum = 0;
  const few = stems.filter(({ count }) => (sum += count) <= limits.scored).length;
  return { rare: stems.slice(0, few).map(({ stem }) => stem), common: stems.slice(few).map(({ stem }) => stem) };
}

/** A row known from its stems gets its title's share on top; for others the title has to stand for both. */
const titleShare = (known: boolean): number => (known ? 0.5 : 1.5);

// Words hold letters, digits and marks only, so the quotes need no escaping.
const quote = (word: string): string => `"${word}"`;
const anyOf = (words: readonly string[]): string => words.map(quote).join(' OR ');
const allOf = (words: readonly string[]): string => words.map(quote).join(' AND ');
const facetExpression = (facets: readonly string[]): string => `facets : (${allOf(facets)})`;
const matchOf = (words: string, facets: readonly string[]): string => (facets.length === 0 ? `text : (${words})` : `text : (${words}) AND ${facetExpression(facets)}`);

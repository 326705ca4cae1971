import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SearchFilters } from '../search-index.js';
import { allOf, anyOf, filteredMatch, textMatch } from './fts-match.js';
import type { QueryTerms } from '../query-terms.js';
import { facetWords } from '../searchable-text.js';

/**
 * Bounds that keep the cost of a search constant as the index grows. In an index of up to `scored` rows every match is
 * scored, so small indexes are searched exactly. In larger ones words select rows from the rarest on, and common words
 * only the newest rows.
 */
const limits = { scored: 2_000, titles: 300, enough: 200 };

const titleWeight = 0.5;

type RowScore = [row: number, score: number];

/** Rows that may be hits, with a first estimate of their scores. */
export type Candidates = Map<number, number>;

export interface Selection {
  readonly candidates: Candidates;
  /** Whether they include every matching row. */
  readonly complete: boolean;
}

export interface SelectionRequest {
  readonly query: QueryTerms;
  readonly filters: SearchFilters;
  readonly wanted: number;
  /** Rows in the index, and the number that contain a stem. */
  readonly rows: number;
  readonly rowsWith: (stem: string) => number;
}

type Table = 'stems' | 'titles';
type Order = 'best' | 'newest';

/**
 * Selects rows to be scored in full. Each statement reads a bounded number of matches.
 *
 * FTS5 reads the whole posting list of every word it scores, so filters, whose lists are the longest, are not scored.
 */
export class CandidateSelector {
  private readonly scored: Record<Table, Record<Order, StatementSync>>;
  private readonly found: Record<Table, StatementSync>;
  private readonly sameTitle: StatementSync;

  constructor(database: DatabaseSync) {
    const prepare = (sql: string): StatementSync => {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    // bm25 is negative in FTS5.
    const score = (table: Table, order: string) =>
      prepare(`select rowid, -bm25(${table}) as score from ${table} where ${table} match ? order by ${order} limit ?`);
    const find = (table: Table) =>
      prepare(`select rowid from ${table} where ${table} match ? order by rowid desc limit ?`);
    this.scored = {
      stems: { best: score('stems', 'score desc'), newest: score('stems', 'rowid desc') },
      titles: { best: score('titles', 'score desc'), newest: score('titles', 'rowid desc') },
    };
    this.found = { stems: find('stems'), titles: find('titles') };
    this.sameTitle = prepare(
      `select t.row, f.words
       from tokens t join facets f on f.row = t.row
       where t.titleKey = ?
       order by t.row desc limit ?`,
    );
  }

  select({ query, filters, wanted, rows, rowsWith }: SelectionRequest): Selection {
    const present = query.stems.map((stem) => ({ stem, count: rowsWith(stem) })).filter(({ count }) => count > 0);
    const { rare, common } = splitByCount(present, rows);
    const facets = facetWords(filters);
    const candidates: Candidates = new Map();
    let complete = common.length === 0;

    const add = (words: string, order: Order): number => {
      const found = this.match('stems', words, facets, order, wanted);
      for (const [row, score] of found) candidates.set(row, Math.max(score, candidates.get(row) ?? 0));
      // A title adds its share to the score of a known row. For another row it stands for the text too.
      for (const [row, score] of this.match('titles', words, facets, order, limits.titles)) {
        const known = candidates.get(row);
        candidates.set(row, known === undefined ? titleWeight * score + score : known + titleWeight * score);
      }
      return found.length;
    };
    if (rare.length > 0 && add(anyOf(rare), 'best') === wanted) complete = false;
    if (common.length > 0 && candidates.size < wanted) {
      const found = add(allOf(common), 'newest');
      if (common.length === 1) complete = found < wanted;
      else if (candidates.size < limits.enough) complete = add(anyOf(common), 'newest') < wanted;
      else if (candidates.size < wanted) complete = this.fill(candidates, anyOf(common), facets, wanted);
    }
    for (const [row, ownFacets] of this.sameTitle.all(query.titleKey, limits.titles) as unknown as [number, string][]) {
      const own = ownFacets.split(' ');
      if (facets.every((facet) => own.includes(facet))) candidates.set(row, Infinity);
    }
    return { candidates, complete };
  }

  /** Rows and scores. With filters and `newest` there are too many to score: all count the same, and the newest win. */
  private match(table: Table, words: string, facets: readonly string[], order: Order, limit: number): RowScore[] {
    const statement = this.scored[table][order];
    if (facets.length === 0) return statement.all(textMatch(words), limit) as unknown as RowScore[];
    const found = this.found[table].all(filteredMatch(words, facets), limit) as unknown as [number][];
    const scores =
      order === 'best' ? new Map(statement.all(textMatch(words), limits.scored) as unknown as RowScore[]) : undefined;
    return found.map(([row]) => [row, scores?.get(row) ?? 1]);
  }

  /** Adds the newest rows unscored, ranked after all others. Returns whether these were all. */
  private fill(candidates: Candidates, words: string, facets: readonly string[], limit: number): boolean {
    const found = this.found.stems.all(filteredMatch(words, facets), limit) as unknown as [number][];
    for (const [row] of found) if (!candidates.has(row)) candidates.set(row, 0);
    return found.length < limit;
  }
}

/** Rare words, whose matches are all scored, rarest first until there are too many; and the others. */
function splitByCount(present: { stem: string; count: number }[], rows: number): { rare: string[]; common: string[] } {
  const stems = present.toSorted((a, b) => a.count - b.count);
  if (rows <= limits.scored) return { rare: stems.map(({ stem }) => stem), common: [] };
  let sum = 0;
  const few = stems.filter(({ count }) => (sum += count) <= limits.scored).length;
  return { rare: stems.slice(0, few).map(({ stem }) => stem), common: stems.slice(few).map(({ stem }) => stem) };
}

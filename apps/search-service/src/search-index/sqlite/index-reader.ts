import type { DatabaseSync } from 'node:sqlite';
import type { Facets, IndexHit } from '@mediamesh/contracts';
import { createStemmer, findHighlightTerms, highlight } from '@mediamesh/text';
import type { Place, SearchPage, SearchQuery, Suggestions } from '../search-index.js';
import { CandidateSelector, type Candidates } from './candidates.js';
import { Corrector } from './corrector.js';
import { FacetCounter } from './facet-counter.js';
import type { Lexicon } from './lexicon.js';
import { type QueryTerms, readQuery } from '../query-terms.js';
import { facetWords } from '../searchable-text.js';
import { type RankedList, RankedLists } from './ranked-lists.js';
import { lastRowOf, placeOf, rowOf } from './row-numbers.js';
import { createScorer, type TokenRow } from './scoring.js';
import type { Statistics } from './statistics.js';
import { Suggester } from './suggester.js';
import { TermTable } from './term-table.js';

const reachable = 1_000;
/** Rows with the best estimates, which are then scored in full. */
const rescored = 200;
/** Candidates requested at first: a document has one row per language. */
const firstWanted = 1_200;
const snippetLength = 200;

interface TextRow {
  readonly id: string;
  readonly kind: IndexHit['kind'];
  readonly language: string;
  readonly title: string;
  readonly description: string;
}

interface PageRequest {
  readonly text: string;
  readonly list: RankedList;
  readonly offset: number;
  readonly limit: number;
  readonly find: (row: number) => number | undefined;
}

const nothing = { hits: [], total: { value: 0, relation: 'eq' } } as const;

export class IndexReader {
  private readonly statistics: Statistics;
  private readonly selector: CandidateSelector;
  private readonly facets: FacetCounter;
  private readonly corrector: Corrector;
  private readonly suggester: Suggester;
  private readonly lists = new RankedLists();
  private readonly stem = createStemmer();
  private readonly sql;

  constructor(database: DatabaseSync, statistics: Statistics, lexicon: Lexicon) {
    this.statistics = statistics;
    this.selector = new CandidateSelector(database);
    this.facets = new FacetCounter(database);
    this.corrector = new Corrector(database, lexicon, statistics);
    this.suggester = new Suggester(database);
    this.sql = {
      state: database.prepare('select generation, changes from state'),
      tokens: database.prepare(
        'select stems, words, spellings, length, titleLength, titleKey from tokens where row = ?',
      ),
      text: database.prepare('select id, kind, language, title, description from texts where row = ?'),
      // A document that still matches has its former row, or another one if its languages changed.
      ofPlace: database.prepare(
        `select t.row, t.stems, f.words
         from tokens t join facets f on f.row = t.row
         where t.row between ? and ?
         order by t.row = ? desc, t.row`,
      ),
      count: database.prepare('select count(*) as documents from documents where place is not null'),
    };
  }

  count(): number {
    return (this.sql.count.get() as { documents: number }).documents;
  }

  generation(): string {
    return (this.sql.state.get() as { generation: string }).generation;
  }

  suggest(text: string, options: { readonly language?: string | undefined; readonly limit: number }): Suggestions {
    return { titles: this.suggester.suggest(text, options), generation: this.generation() };
  }

  /** `undefined` when the list of the place no longer exists. */
  search({ text, filters, limit, after, facets }: SearchQuery): SearchPage | undefined {
    const { generation, changes } = this.sql.state.get() as { generation: string; changes: number };
    const terms = readQuery(text);
    const counted = facets && { facets: this.countFacets(terms, filters) };
    if (terms.stems.length === 0) return { ...nothing, generation, ...counted };
    const key = JSON.stringify([text, filters.kind, filters.type, filters.category, filters.language]);
    const start = readPlace(after, generation, changes);
    if (start === undefined) return undefined;
    const list =
      this.lists.find(key, start.changes) ??
      (start.changes === changes ? this.lists.keep(key, changes, this.rank(terms, filters)) : undefined);
    if (list === undefined) return undefined;
    const find = start.changes === changes ? (row: number) => row : this.findAgain(terms, filters);
    const { hits, end } = this.readHits({ text, list, offset: start.offset, limit, find });
    const didYouMean = list.rows.length === 0 ? this.corrector.correct(text, filters) : undefined;
    return {
      hits,
      total: list.total,
      generation,
      ...counted,
      ...(didYouMean !== undefined && { didYouMean }),
      ...(end < list.rows.length && { next: [generation, start.changes, end] }),
    };
  }

  private countFacets({ stems }: QueryTerms, filters: SearchQuery['filters']): Facets {
    const expected = stems.reduce((sum, stem) => sum + this.statistics.rowsWithStem(stem), 0);
    return this.facets.count(stems, filters, Math.min(expected, this.statistics.rows));
  }

  private rank(query: QueryTerms, filters: SearchQuery['filters']): RankedList {
    for (let wanted = firstWanted; ; wanted *= 4) {
      const { candidates, complete } = this.selector.select({
        query,
        filters,
        wanted,
        rows: this.statistics.rows,
        rowsWith: (stem) => this.statistics.rowsWithStem(stem),
      });
      const places = new Set<number>();
      const best = this.rescore(query, candidates).filter(({ row }) => places.size !== places.add(placeOf(row)).size);
      if (best.length < reachable && !complete && candidates.size >= wanted) continue;
      const listed = best.slice(0, reachable);
      return {
        rows: Float64Array.from(listed, ({ row }) => row),
        scores: Float32Array.from(listed, ({ score }) => score),
        total: { value: listed.length, relation: complete && best.length <= reachable ? 'eq' : 'gte' },
      };
    }
  }

  /** Ties go to the newer document, then to its first language. */
  private rescore(terms: QueryTerms, candidates: Candidates): { row: number; score: number }[] {
    const byScore = (a: { row: number; score: number }, b: { row: number; score: number }): number =>
      b.score - a.score || placeOf(b.row) - placeOf(a.row) || a.row - b.row;
    const estimated = Array.from(candidates, ([row, score]) => ({ row, score })).sort(byScore);
    const score = createScorer(terms, this.statistics);
    const best = estimated
      .slice(0, rescored)
      .map(({ row }) => ({ row, score: score(this.sql.tokens.get(row) as unknown as TokenRow) }))
      .sort(byScore);
    const lowest = best.at(-1)?.score ?? 0;
    return [...best, ...estimated.slice(rescored).map(({ row, score }) => ({ row, score: Math.min(score, lowest) }))];
  }

  /** Maps a row of an older list to the row in which its document matches now. */
  private findAgain({ stems }: QueryTerms, filters: SearchQuery['filters']): (row: number) => number | undefined {
    const terms = new TermTable(stems);
    const facets = facetWords(filters);
    return (row) => {
      const place = placeOf(row);
      const rows = this.sql.ofPlace.all(rowOf(place, 0), lastRowOf(place), row) as unknown as {
        row: number;
        stems: string;
        words: string;
      }[];
      return rows.find(
        ({ stems: text, words }) => facets.every((facet) => words.split(' ').includes(facet)) && terms.isIn(text),
      )?.row;
    };
  }

  /** The page from `offset` on. Documents that are gone or no longer match are skipped. */
  private readHits({ text, list, offset, limit, find }: PageRequest): { hits: IndexHit[]; end: number } {
    const marks = findHighlightTerms(text);
    const hits: IndexHit[] = [];
    let end = offset;
    for (; end < list.rows.length && hits.length < limit; end++) {
      const row = find(list.rows[end]!);
      if (row === undefined) continue;
      const found = this.sql.text.get(row) as unknown as TextRow | undefined;
      if (found === undefined) continue;
      const { id, kind, language, title, description } = found;
      const highlights = {
        title: highlight(title, marks, { stem: this.stem }),
        ...(description !== '' && {
          description: highlight(description, marks, { length: snippetLength, stem: this.stem }),
        }),
      };
      hits.push({ id, kind, language, score: list.scores[end]!, highlights });
    }
    return { hits, end };
  }
}

/** Where to continue: the state of the index that the list was made from, and how far it was read. */
function readPlace(
  after: Place | undefined,
  generation: string,
  changes: number,
): { changes: number; offset: number } | undefined {
  if (after === undefined) return { changes, offset: 0 };
  const [ofGeneration, ofChanges, offset] = after;
  if (ofGeneration !== generation || typeof ofChanges !== 'number' || typeof offset !== 'number') return undefined;
  return { changes: ofChanges, offset };
}

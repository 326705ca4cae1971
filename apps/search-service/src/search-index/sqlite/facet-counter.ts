import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { FacetCount, Facets } from '@mediamesh/contracts';
import type { SearchFilters } from '../search-index.js';
import { anyOf, filteredMatch } from './fts-match.js';
import { placeOf } from './row-numbers.js';
import { facetWords, samples, sampleWord } from '../searchable-text.js';

const names = ['kind', 'type', 'category', 'language'] as const;
type Name = (typeof names)[number];
/** Prefixes of the filter words; see `facetWords`. */
const letters: Readonly<Record<Name, string>> = { kind: 'k:', type: 't:', category: 'c:', language: 'l:' };

/** Up to this many rows all are counted. */
const counted = 2_000;
/** Rows a sample aims at, and the least that are enough. */
const sampled = { wanted: 1_000, telling: 500 };
const listed = 50;

interface Counts {
  readonly byWord: ReadonlyMap<string, number>;
  readonly exact: boolean;
}

const nothing: Facets = { kind: [], type: [], category: [], language: [], exact: true };

/** Counts hits by kind, type, category and language: all of them, or a scaled sample when there are many. */
export class FacetCounter {
  private readonly rows: StatementSync;

  constructor(database: DatabaseSync) {
    this.rows = database.prepare(
      `select f.row, f.words
       from stems s cross join facets f on f.row = s.rowid
       where s.stems match ?
       order by s.rowid limit ?`,
    );
    this.rows.setReturnArrays(true);
  }

  /** `expected` is about how many rows have any of the stems. */
  count(stems: readonly string[], filters: SearchFilters, expected: number): Facets {
    if (stems.length === 0) return nothing;
    const words = anyOf(stems);
    let whole: Counts | undefined;
    const counts = names.map((name) => {
      const others = { ...filters, [name]: undefined };
      return filters[name] === undefined
        ? (whole ??= this.countFacets(words, facetWords(filters), expected))
        : this.countFacets(words, facetWords(others), expected);
    });
    const [kind, type, category, language] = names.map((name, at) => list(counts[at]!.byWord, letters[name]));
    return {
      kind: kind!,
      type: type!,
      category: category!,
      language: language!,
      exact: counts.every(({ exact }) => exact),
    };
  }

  private countFacets(words: string, facets: readonly string[], expected: number): Counts {
    const match = filteredMatch(words, facets);
    let share = Math.min(samples, Math.ceil((samples * sampled.wanted) / Math.max(expected, 1)));
    // With clearly too many rows to count, the sample is all that is read.
    const first = expected > counted ? this.readSample(match, share) : [];
    if (first.length >= sampled.telling && (first.length * samples) / share > 2 * counted)
      return { byWord: countWords(first, samples / share), exact: false };
    const all = this.read(match, counted + 1);
    if (all.length <= counted) return { byWord: countWords(all, 1), exact: true };
    for (; ; share = Math.min(samples, share * 4)) {
      const rows = this.readSample(match, share);
      if (rows.length >= sampled.telling || share === samples)
        return { byWord: countWords(rows, samples / share), exact: false };
    }
  }

  private readSample(match: string, share: number): readonly (readonly [row: number, words: string])[] {
    const words = Array.from({ length: share }, (_, sample) => sampleWord(sample));
    return this.read(`${match} AND facets : (${anyOf(words)})`, counted * 4);
  }

  private read(match: string, limit: number): readonly (readonly [row: number, words: string])[] {
    return this.rows.all(match, limit) as unknown as [number, string][];
  }
}

/** Counts each word once per document, whose rows are adjacent. */
function countWords(
  rows: readonly (readonly [row: number, words: string])[],
  scale: number,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  let place = -1;
  let seen = new Set<string>();
  for (const [row, joined] of rows) {
    const own = placeOf(row);
    if (own !== place) [place, seen] = [own, new Set()];
    for (const word of joined.split(' ')) {
      if (seen.has(word)) continue;
      seen.add(word);
      counts.set(word, (counts.get(word) ?? 0) + scale);
    }
  }
  return counts;
}

function list(counts: ReadonlyMap<string, number>, letter: string): FacetCount[] {
  return [...counts]
    .flatMap(([word, count]) =>
      word.startsWith(letter) ? [{ value: word.slice(letter.length), count: Math.round(count) }] : [],
    )
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, listed);
}

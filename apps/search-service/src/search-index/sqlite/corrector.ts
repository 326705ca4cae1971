import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { analyze, isStopWord } from '@mediamesh/text';
import type { SearchFilters } from '../search-index.js';
import { facetWords } from '../searchable-text.js';
import { anyOf, filteredMatch } from './fts-match.js';
import type { Lexicon } from './lexicon.js';
import type { Statistics } from './statistics.js';

/** A longer query is not treated as mistyped, and each word scans the whole lexicon. */
const longestQuestion = 8;
const looked = 200;
/** Near words tried per word. */
const tried = 12;

export class Corrector {
  private readonly lexicon: Lexicon;
  private readonly statistics: Statistics;
  private readonly find: StatementSync;

  constructor(database: DatabaseSync, lexicon: Lexicon, statistics: Statistics) {
    this.lexicon = lexicon;
    this.statistics = statistics;
    this.find = database.prepare(
      `select t.words, t.spellings
       from stems s cross join tokens t on t.row = s.rowid
       where s.stems match ?
       order by s.rowid desc limit ?`,
    );
  }

  /** The query corrected to indexed words that match the same filters. Words without a near one are left out. */
  correct(text: string, filters: SearchFilters): string | undefined {
    const { words, exact } = analyze(text);
    if (words.length > longestQuestion) return undefined;
    const facets = facetWords(filters);
    const nearest = words.map((word) => (isStopWord(word) ? undefined : this.findNearest(word, facets)));
    if (nearest.every((word) => word === undefined)) return undefined;
    return words.flatMap((word, at) => (isStopWord(word) ? exact[at]! : (nearest[at] ?? []))).join(' ');
  }

  /** Ties go to the more frequent word. */
  private findNearest(word: string, facets: readonly string[]): string | undefined {
    const near = this.lexicon.findNear(word).map((one) => {
      const [stem = ''] = analyze(one.word).stems;
      return { ...one, stem, rows: this.statistics.rowsWithStem(stem) };
    });
    for (const one of near
      .filter(({ rows }) => rows > 0)
      .sort((a, b) => a.distance - b.distance || b.rows - a.rows)
      .slice(0, tried)) {
      const spelling = this.readSpelling(one.word, one.stem, facets);
      if (spelling !== undefined) return spelling;
    }
    return undefined;
  }

  /** The spelling of a folded word in the newest row with it; `undefined` when no row with these facets has it. */
  private readSpelling(word: string, stem: string, facets: readonly string[]): string | undefined {
    const match = filteredMatch(anyOf([stem]), facets);
    for (const row of this.find.iterate(match, looked)) {
      const { words, spellings } = row as { words: string; spellings: string | null };
      const start = words.indexOf(` ${word} `);
      if (start < 0) continue;
      const before = words.slice(0, start + 1).split(' ').length - 1;
      return (spellings ?? words).split(' ')[before];
    }
    return undefined;
  }
}

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { analyze, isStopWord } from '@mediamesh/text';
import type { SearchFilters } from '../search-index.js';
import { facetWords } from '../searchable-text.js';
import { anyOf, filteredMatch } from './fts-match.js';
import type { Lexicon } from './lexicon.js';
import type { Statistics } from './statistics.js';

/** A longer question is no mistyped one, and each word costs a look at the whole lexicon. */
const longestQuestion = 8;
/** Rows with the stem of a word in which its spelling is looked for. */
const looked = 200;
/** Words that are looked for before giving up. */
const tried = 12;

/** Proposes what a question that finds nothing may have meant. */
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

  /** The question in words that are there, and found with the same filters; words nothing is near to are left out. */
  correct(text: string, filters: SearchFilters): string | undefined {
    const { words, exact } = analyze(text);
    if (words.length > longestQuestion) return undefined;
    const facets = facetWords(filters);
    const nearest = words.map((word) => (isStopWord(word) ? undefined : this.findNearest(word, facets)));
    if (nearest.every((word) => word === undefined)) return undefined;
    return words.flatMap((word, at) => (isStopWord(word) ? exact[at]! : (nearest[at] ?? []))).join(' ');
  }

  /** The nearest word, of several the most frequent. */
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

  /**
   * How a folded word is spelled in the newest row that has it; `undefined` where it is there no more, or not with
   * these facets.
   */
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

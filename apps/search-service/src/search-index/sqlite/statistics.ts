import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { IndexStatistics } from './scoring.js';
import { countLetters, distinctGrams, distinctWords } from '../searchable-text.js';

/** Sums over all rows, stored in the index. */
export interface Totals {
  rows: number;
  words: number;
  titleWords: number;
  letters: number;
}

export interface CountedRow {
  readonly stems: string;
  readonly length: number;
  readonly titleLength: number;
}

/** Counts are cached: each reads the whole posting list of its word, up to a millisecond for a common one. */
const keptStems = 50_000;

/**
 * Document frequencies, which follow every write. Counts of stems are read on first use. Those of trigrams are computed
 * at the start, because each spreads over many words.
 */
export class Statistics implements IndexStatistics {
  private readonly countStem: StatementSync;
  private readonly stems = new Map<string, number>();
  /** For each trigram, the sum of the counts of the stems that contain it. */
  private readonly grams = new Map<string, number>();
  private readonly sums: Totals;

  constructor(database: DatabaseSync, totals: Totals) {
    this.sums = totals;
    this.countStem = database.prepare('select doc from vocabulary where term = ?');
    for (const { term, doc } of database.prepare('select term, doc from vocabulary').iterate() as Iterable<{
      term: string;
      doc: number;
    }>) {
      if (!term.includes(':')) this.addGrams(term, doc);
    }
  }

  get totals(): Readonly<Totals> {
    return this.sums;
  }

  get rows(): number {
    return this.sums.rows;
  }

  get averageLength(): number {
    return this.sums.words / Math.max(this.rows, 1);
  }

  get averageTitleLength(): number {
    return this.sums.titleWords / Math.max(this.rows, 1);
  }

  get averageLetters(): number {
    return this.sums.letters / Math.max(this.rows, 1);
  }

  rowsWithStem(stem: string): number {
    let count = this.stems.get(stem);
    if (count === undefined) {
      count = (this.countStem.get(stem) as { doc: number } | undefined)?.doc ?? 0;
      if (this.stems.size >= keptStems) this.stems.clear();
      this.stems.set(stem, count);
    }
    return count;
  }

  /** Assumes randomly spread words: several that contain the trigram may be in one row. */
  rowsWithGram(gram: string): number {
    return this.rows * (1 - Math.exp(-(this.grams.get(gram) ?? 0) / Math.max(this.rows, 1)));
  }

  /** Counts a row that was added (`by` 1) or removed (-1). */
  follow({ stems, length, titleLength }: CountedRow, by: 1 | -1): void {
    this.sums.rows += by;
    this.sums.words += by * length;
    this.sums.titleWords += by * titleLength;
    this.sums.letters += by * countLetters(stems, length);
    for (const stem of distinctWords(stems)) {
      const known = this.stems.get(stem);
      if (known !== undefined) this.stems.set(stem, Math.max(0, known + by));
      this.addGrams(stem, by);
    }
  }

  private addGrams(stem: string, by: number): void {
    for (const gram of distinctGrams(stem)) this.grams.set(gram, Math.max(0, (this.grams.get(gram) ?? 0) + by));
  }
}

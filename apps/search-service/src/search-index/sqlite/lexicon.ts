import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { editDistance, withoutArticle } from '@mediamesh/text';
import { distinctWords } from '../searchable-text.js';
import { execute } from './statement.js';

/** Shorter words have too many neighbours, and longer ones are not typed. */
const lengths = { least: 3, most: 32 };
const offered = 50;

/** Edits allowed in a word of this length. */
const tolerance = (length: number): number => (length < 4 ? 0 : length < 6 ? 1 : 2);

export interface NearWord {
  readonly word: string;
  readonly distance: number;
}

/**
 * Folded words that the index holds or once held, to correct mistyped words. They are kept in memory, and in a table so
 * that a start need not read every text. Words with digits are left out: a number is no misspelling of another. No word
 * is removed before a rebuild, so callers must check that a proposed word still matches.
 */
export class Lexicon {
  private readonly insert: StatementSync;
  private readonly known = new Set<string>();
  private readonly words: string[] = [];
  /** The words without their articles. */
  private readonly keys: string[] = [];
  /** A bit mask of the letters of each word, several letters to a bit, to skip very different words cheaply. */
  private letters = new Int32Array(1024);
  private unsaved: string[] = [];

  constructor(database: DatabaseSync) {
    this.insert = database.prepare('insert or ignore into lexicon values (?)');
    for (const { word } of database.prepare('select word from lexicon').iterate() as Iterable<{ word: string }>)
      this.add(word);
  }

  learn(words: string): void {
    for (const word of distinctWords(words)) {
      if (this.known.has(word) || word.length < lengths.least || word.length > lengths.most || /\d/.test(word))
        continue;
      this.add(word);
      this.unsaved.push(word);
    }
  }

  /** Writes in the open transaction. Words stay unsaved until `confirmSaved`, so that a rollback loses none. */
  save(): void {
    for (const word of this.unsaved) execute(this.insert, word);
  }

  confirmSaved(): void {
    this.unsaved = [];
  }

  /**
   * The nearest first. Articles count little: a word mistyped with one may be meant without. Two edits never change the
   * first letter, or almost any run of letters would be near to something.
   */
  findNear(folded: string): readonly NearWord[] {
    const key = withoutArticle(folded);
    const most = tolerance(key.length);
    if (most === 0 || key.length > lengths.most || /\d/.test(key)) return [];
    const letters = lettersOf(key);
    const near: NearWord[] = [];
    for (let number = 0; number < this.words.length; number++) {
      if (countBits(this.letters[number]! ^ letters) > 2 * most) continue;
      const other = this.keys[number]!;
      const distance = editDistance(key, other, most);
      if (distance === 0 || distance > most || (distance === 2 && other[0] !== key[0])) continue;
      const word = this.words[number]!;
      near.push({ word, distance: distance + editDistance(folded, word, 8) / 10 });
    }
    return near.toSorted((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1)).slice(0, offered);
  }

  private add(word: string): void {
    const key = withoutArticle(word);
    const number = this.keys.push(key) - 1;
    this.words.push(word);
    this.known.add(word);
    if (number === this.letters.length) this.letters = grow(this.letters);
    this.letters[number] = lettersOf(key);
  }
}

function grow(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2);
  to.set(from);
  return to;
}

function lettersOf(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at++) letters |= 1 << (word.charCodeAt(at) & 31);
  return letters;
}

function countBits(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { editDistance, withoutArticle } from '@mediamesh/text';
import { distinctWords } from '../searchable-text.js';
import { execute } from './statement.js';

/** Shorter words have too many neighbours, longer ones are none that people type. */
const lengths = { least: 3, most: 32 };
const offered = 50;

/** How many letters may be wrong in a word of this length. */
const tolerance = (length: number): number => (length < 4 ? 0 : length < 6 ? 1 : 2);

/** A word and how far it is from another. */
export interface NearWord {
  readonly word: string;
  readonly distance: number;
}

/**
 * The folded words that the index holds or once held, for the nearest of a mistyped word: in memory, and in a table, so
 * that the next start need not read every text. Words with digits are left out, because no number is a mistyped other
 * one. None is ever taken out before a rebuild: who proposes a word must look whether it is still there, and with what,
 * anyway.
 */
export class Lexicon {
  private readonly insert: StatementSync;
  private readonly known = new Set<string>();
  private readonly words: string[] = [];
  /** The words without their articles. */
  private readonly keys: string[] = [];
  /** A bit for each letter, several letters to a bit: words of very different letters are passed over at a glance. */
  private letters = new Int32Array(1024);
  private unsaved: string[] = [];

  constructor(database: DatabaseSync) {
    this.insert = database.prepare('insert or ignore into lexicon values (?)');
    for (const { word } of database.prepare('select word from lexicon').iterate() as Iterable<{ word: string }>)
      this.add(word);
  }

  /** Learns the joined words of a row. */
  learn(words: string): void {
    for (const word of distinctWords(words)) {
      if (this.known.has(word) || word.length < lengths.least || word.length > lengths.most || /\d/.test(word))
        continue;
      this.add(word);
      this.unsaved.push(word);
    }
  }

  /**
   * Writes what it learnt, in the transaction that is open; again, until it is told that the transaction came about.
   */
  save(): void {
    for (const word of this.unsaved) execute(this.insert, word);
  }

  confirmSaved(): void {
    this.unsaved = [];
  }

  /**
   * Words one or two edits away, the nearest first. Articles count little: who mistypes a word with one may mean it
   * without. Two edits never change the first letter, or almost any run of letters would be near to something.
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

import { stemArabic } from './arabic-stem.js';
import { stemEnglish } from './english-stem.js';
import { fold } from './fold.js';
import { findOriginalRange, foldWithOffsets } from './offsets.js';
import { isStopWord } from './stop-words.js';
import { type Script, visitWords } from './words.js';

/** `start` and `end` are UTF-16 offsets into the original. */
export interface Token {
  start: number;
  end: number;
  folded: string;
  stem: string;
  /** Lower case without harakat and tatweel, but not folded: distinguishes علي from على. */
  exact: string;
  script: Script;
}

/** What an index stores of a text. `exact`, `words` and `stems` are parallel: one entry for each word. */
export interface Analysis {
  exact: string[];
  words: string[];
  stems: string[];
  /** The stems of two neighbouring words that are not stop words, joined by `PAIR_JOINER`. */
  pairs: string[];
}

export type Stemmer = (folded: string, script: Script) => string;

/** Tatweel: a letter to every tokenizer, and never part of a folded word. */
export const PAIR_JOINER = '\u0640';

/** Stems Arabic words lightly and Latin ones by Porter; all others stay. */
export function stemWord(folded: string, script: Script): string {
  if (script === 'arabic') return stemArabic(folded);
  return script === 'latin' ? stemEnglish(folded) : folded;
}

/** A stemmer with a cache of up to `limit` words, for processes that index many texts. A full cache is cleared. */
export function createStemmer(limit = 50_000): Stemmer {
  const known = new Map<string, string>();
  return (folded, script) => {
    let stem = known.get(folded);
    if (stem === undefined) {
      stem = stemWord(folded, script);
      if (known.size >= limit) known.clear();
      known.set(folded, stem);
    }
    return stem;
  };
}

/** The words of a text in order, stop words included. */
export function tokenize(text: string, stem: Stemmer = stemWord): Token[] {
  const folded = foldWithOffsets(text);
  const tokens: Token[] = [];
  visitWords(folded.folded, (from, to, word, script) => {
    const [start, end] = findOriginalRange(folded, from, to);
    tokens.push({ start, end, folded: word, stem: stem(word, script), exact: spell(text, start, end, word), script });
  });
  return tokens;
}

/** Includes stop words, except in pairs. */
export function analyze(text: string, stem: Stemmer = stemWord): Analysis {
  const { folded, offsets } = foldWithOffsets(text);
  const analysis: Analysis = { exact: [], words: [], stems: [], pairs: [] };
  let previous: string | undefined;
  visitWords(folded, (from, to, word, script) => {
    const stemmed = stem(word, script);
    analysis.exact.push(spell(text, offsets[from]!, offsets[to]!, word));
    analysis.words.push(word);
    analysis.stems.push(stemmed);
    const content = isStopWord(word) ? undefined : stemmed;
    if (content !== undefined && previous !== undefined) analysis.pairs.push(`${previous}${PAIR_JOINER}${content}`);
    previous = content;
  });
  return analysis;
}

/** Each entry once, and no stop words unless the query has nothing else. The arrays are not parallel. */
export function analyzeQuery(query: string, stem: Stemmer = stemWord): Analysis {
  const { exact, words, stems, pairs } = analyze(query, stem);
  const kept = words.some((word) => !isStopWord(word))
    ? (_: string, at: number) => !isStopWord(words[at]!)
    : () => true;
  return {
    exact: distinct(exact.filter(kept)),
    words: distinct(words.filter(kept)),
    stems: distinct(stems.filter(kept)),
    pairs: distinct(pairs),
  };
}

/** Trigrams of a stem with a space at each end: ` كت`, `كتب`, `تب `. They match words that stemming leaves apart. */
export function splitGrams(stem: string): string[] {
  const padded = ` ${stem} `;
  return Array.from({ length: Math.max(0, padded.length - 2) }, (_, at) => padded.slice(at, at + 3));
}

/** The key for duplicate titles: folded words, one space between. A title without words (emoji) is folded whole. */
export function normalizeTitle(title: string): string {
  const folded = fold(title);
  const words: string[] = [];
  visitWords(folded, (_start, _end, word) => words.push(word));
  return words.length > 0 ? words.join(' ') : folded.trim().replace(/ +/g, ' ');
}

function spell(text: string, start: number, end: number, folded: string): string {
  const original = text.slice(start, end);
  if (original === folded) return folded;
  return original
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u0640\p{Mn}\p{Cc}\p{Cf}'’]/gu, '');
}

function distinct(entries: string[]): string[] {
  return [...new Set(entries)];
}

import { foldRun, foldUnits } from './fold.js';

/** A folded text that remembers where each of its UTF-16 units began in the original. */
export interface FoldedText {
  readonly original: string;
  /** Equal to `fold(original)`. */
  readonly folded: string;
  /**
   * `offsets[i]` is where the original of `folded[i]` begins; one more entry at the end holds the original's length.
   */
  readonly offsets: Uint32Array;
}

/** Folds as `fold` does and keeps the map back to the original. */
export function foldWithOffsets(text: string): FoldedText {
  const { folded, starts } = foldUnits(text, locateRun);
  return { original: text, folded, offsets: starts ?? new Uint32Array(1) };
}

/**
 * The original range of `folded.slice(from, to)`, whole: no letter loses its marks, no ligature or surrogate pair is
 * cut.
 */
export function findOriginalRange(text: FoldedText, from: number, to: number): [start: number, end: number] {
  const { original, offsets } = text;
  const start = offsets[from] ?? original.length;
  if (to <= from) return [start, start];
  const last = offsets[to - 1] ?? original.length;
  let next = to;
  while (next < offsets.length - 1 && offsets[next]! <= last) next++;
  let end = offsets[next] ?? original.length;
  // What lies before the next folded unit was dropped: marks belong to this range, directional and control characters
  // do not.
  while (end > last + 1 && outsideWords.test(original.charAt(end - 1))) end--;
  return [start, end];
}

const outsideWords = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;

/** A character with what merges into it: marks, Hangul vowels and finals, the sound marks of half-width kana. */
const clusters = /[^\p{M}\u1160-\u11ff\uff9e\uff9f]?[\p{M}\u1160-\u11ff\uff9e\uff9f]+|./gsu;

/**
 * For each unit of `foldRun(run)` where its origin begins in the run; all at its start where letters merge across
 * clusters.
 */
function locateRun(run: string): Uint32Array {
  const whole = foldRun(run);
  const origins = new Uint32Array(whole.length);
  let parts = '';
  for (const { 0: cluster, index } of run.matchAll(clusters)) {
    const part = foldRun(cluster);
    origins.fill(index, parts.length, parts.length + part.length);
    parts += part;
  }
  return parts === whole ? origins : origins.fill(0);
}

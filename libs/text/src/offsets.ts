import { foldRun, foldUnits } from './fold.js';

export interface FoldedText {
  readonly original: string;
  /** Equals `fold(original)`. */
  readonly folded: string;
  /** `offsets[i]` is where the original of `folded[i]` starts; the last entry is the length of the original. */
  readonly offsets: Uint32Array;
}

export function foldWithOffsets(text: string): FoldedText {
  const { folded, starts } = foldUnits(text, locateRun);
  return { original: text, folded, offsets: starts ?? new Uint32Array(1) };
}

/** The original range of `folded.slice(from, to)`. Splits no letter from its marks, no ligature, no surrogate pair. */
export function findOriginalRange(text: FoldedText, from: number, to: number): [start: number, end: number] {
  const { original, offsets } = text;
  const start = offsets[from] ?? original.length;
  if (to <= from) return [start, start];
  const last = offsets[to - 1] ?? original.length;
  let next = to;
  while (next < offsets.length - 1 && offsets[next]! <= last) next++;
  let end = offsets[next] ?? original.length;
  // Folding dropped what precedes the next unit: marks belong to this range, directional and control characters do not.
  while (end > last + 1 && outsideWords.test(original.charAt(end - 1))) end--;
  return [start, end];
}

const outsideWords = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;

/** A character and what merges into it: marks, Hangul vowels and finals, sound marks of half-width kana. */
const clusters = /[^\p{M}\u1160-\u11ff\uff9e\uff9f]?[\p{M}\u1160-\u11ff\uff9e\uff9f]+|./gsu;

/** The origin of each unit of `foldRun(run)`; all at the start of the run if letters merge across clusters. */
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

import { escapeHtml } from './html.js';
import { findCut } from './plain-text.js';
import { analyzeQuery, type Stemmer, tokenize } from './tokens.js';

/** Folded words and stems to mark. */
export interface HighlightTerms {
  words: ReadonlySet<string>;
  stems: ReadonlySet<string>;
}

export interface HighlightOptions {
  /** Cuts the text to about this many UTF-16 units around the first match, marks not counted. Whole text by default. */
  length?: number;
  /** A caching stemmer, if many texts are marked. */
  stem?: Stemmer;
}

interface Range {
  start: number;
  end: number;
}

export function findHighlightTerms(query: string): HighlightTerms {
  const { words, stems } = analyzeQuery(query);
  return { words: new Set(words), stems: new Set(stems) };
}

/**
 * The text as HTML: escaped, with `<mark>` around matching words. An excerpt is cut between words, never within a
 * grapheme, and has `…` at each cut.
 */
export function highlight(text: string, terms: HighlightTerms, options: HighlightOptions = {}): string {
  const tokens = tokenize(text, options.stem);
  const matches = tokens.filter((token) => terms.words.has(token.folded) || terms.stems.has(token.stem));
  const { start, end } = findWindow(text, tokens, matches[0], options.length);
  let html = start > 0 ? '…' : '';
  let at = start;
  for (const match of matches) {
    if (match.start < at || match.end > end) continue;
    html += `${escapeHtml(text.slice(at, match.start))}<mark>${escapeHtml(text.slice(match.start, match.end))}</mark>`;
    at = match.end;
  }
  return html + escapeHtml(text.slice(at, end)) + (end < text.length ? '…' : '');
}

function findWindow(text: string, words: readonly Range[], match: Range | undefined, length = text.length): Range {
  if (text.length <= length) return { start: 0, end: text.length };
  const wanted =
    match === undefined || match.end <= length
      ? 0
      : Math.min(match.start - Math.floor(length / 4), text.length - length);
  const first = wanted <= 0 ? 0 : (words.find((word) => word.start >= wanted)?.start ?? wanted);
  const start = findCut(text, match === undefined ? first : Math.min(first, match.start));
  if (start + length >= text.length) return { start, end: text.length };
  const last = words.findLast((word) => word.end <= start + length && word.start >= start);
  const end = findCut(text, last?.end ?? start + length);
  return { start, end: end > start ? end : start };
}

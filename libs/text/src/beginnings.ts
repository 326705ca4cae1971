import { escapeHtml } from './html.js';
import { analyze, tokenize } from './tokens.js';

/** What is being typed, folded: whole words, then the beginning of one. Each is given by its keys, see `wordKeys`. */
export interface TypedWords {
  readonly whole: readonly (readonly string[])[];
  readonly beginning: readonly string[];
}

const article = /^[وف]?(?:[بك]?ال|لل)(?=.{2})/u;

/** A **folded** word without ال and what is written onto it, where two letters stay; any other word as it is. */
export function withoutArticle(folded: string): string {
  return folded.replace(article, '');
}

/**
 * The keys that a **folded** word is looked up by: itself, then without its article. Two words that share a key may
 * mean the same.
 */
export function wordKeys(folded: string): readonly string[] {
  const bare = withoutArticle(folded);
  return bare === folded ? [folded] : [folded, bare];
}

/**
 * Reads what was typed so far; `undefined` where there is no word in it. The last word counts as a beginning, also
 * before a space.
 */
export function readTyped(text: string): TypedWords | undefined {
  const keys = analyze(text).words.map(wordKeys);
  const beginning = keys.pop();
  return beginning && { whole: keys, beginning };
}

/** The original title as HTML: escaped, with `<mark>` around the words that were typed or begin so. */
export function highlightTyped(title: string, { whole, beginning }: TypedWords): string {
  const typed = new Set(whole.flat());
  const isTyped = (folded: string): boolean =>
    wordKeys(folded).some((key) => typed.has(key) || beginning.some((start) => key.startsWith(start)));
  let html = '';
  let at = 0;
  for (const { start, end, folded } of tokenize(title)) {
    if (start < at || !isTyped(folded)) continue;
    html += `${escapeHtml(title.slice(at, start))}<mark>${escapeHtml(title.slice(start, end))}</mark>`;
    at = end;
  }
  return html + escapeHtml(title.slice(at));
}

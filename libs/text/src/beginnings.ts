import { escapeHtml } from './html.js';
import { analyze, tokenize } from './tokens.js';

/** A query while it is typed: complete words, then the prefix of the last one, each as its keys (see `wordKeys`). */
export interface TypedWords {
  readonly whole: readonly (readonly string[])[];
  readonly beginning: readonly string[];
}

const article = /^[وف]?(?:[بك]?ال|لل)(?=.{2})/u;

/** Removes the article ال and its prefixes from a **folded** word, unless fewer than two letters would stay. */
export function withoutArticle(folded: string): string {
  return folded.replace(article, '');
}

/** The lookup keys of a **folded** word: itself, and without its article. Words that share a key may mean the same. */
export function wordKeys(folded: string): readonly string[] {
  const bare = withoutArticle(folded);
  return bare === folded ? [folded] : [folded, bare];
}

/** `undefined` if the text has no word. The last word counts as a prefix, even before a space. */
export function readTyped(text: string): TypedWords | undefined {
  const keys = analyze(text).words.map(wordKeys);
  const beginning = keys.pop();
  return beginning && { whole: keys, beginning };
}

/** The title as escaped HTML, with `<mark>` around words that match. */
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

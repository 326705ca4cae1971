const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** C0 control characters except tab, line feed and carriage return, and noncharacters such as U+FFFE. */
const forbidden = /[[\p{Cc}\p{Noncharacter_Code_Point}]--[\t\n\r\x7f-\x9f]]/v;
const everyForbidden = new RegExp(forbidden, 'gv');

/** One line of text in NFC, trimmed, each run of white space one space. */
export function plainText(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** Whether a text has characters that stores or readers reject: those of `forbidden`, or lone surrogates. */
export function hasForbiddenCharacters(text: string): boolean {
  return !text.isWellFormed() || forbidden.test(text);
}

/** For sources that cannot be asked to correct the text. */
export function removeForbiddenCharacters(text: string): string {
  return text.replace(/\p{Cs}/gu, '').replace(everyForbidden, '');
}

/** At most `max` UTF-16 units, cut between graphemes, or between code points if the first grapheme is longer. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = findCut(text, max);
  if (cut > 0) return text.slice(0, cut);
  const head = text.slice(0, max);
  return head.isWellFormed() ? head : head.slice(0, -1);
}

/** The last position up to `at` that is a grapheme boundary. */
export function findCut(text: string, at: number): number {
  if (at <= 0) return 0;
  if (at >= text.length) return text.length;
  // A boundary depends only on the text before it and one character after it.
  return graphemes.segment(text.slice(0, at + 2)).containing(at)?.index ?? at;
}

/** Arabic-Indic and Persian digits become ASCII, because `Number('١٢')` is NaN. */
export function foldDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
}

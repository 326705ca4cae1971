const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** What no stored text may hold: control characters but tab and line ends, and code points that are not characters. */
const forbidden = /[[\p{Cc}\p{Noncharacter_Code_Point}]--[\t\n\r\x7f-\x9f]]/v;
const everyForbidden = new RegExp(forbidden, 'gv');

/** One line of text as it is stored: NFC, trimmed, each run of white space one space. */
export function plainText(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

/**
 * Whether a text holds something that stores or readers do not accept: NUL and other control characters except tab,
 * line feed and carriage return, lone surrogates, or noncharacters such as U+FFFE.
 */
export function hasForbiddenCharacters(text: string): boolean {
  return !text.isWellFormed() || forbidden.test(text);
}

/** The text without what `hasForbiddenCharacters` finds, for sources that cannot be asked to correct it. */
export function removeForbiddenCharacters(text: string): string {
  return text.replace(/\p{Cs}/gu, '').replace(everyForbidden, '');
}

/**
 * The beginning of a text, at most `max` UTF-16 units, cut between graphemes. Only where the first grapheme alone is
 * longer is it cut within, between code points.
 */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = findCut(text, max);
  if (cut > 0) return text.slice(0, cut);
  const head = text.slice(0, max);
  return head.isWellFormed() ? head : head.slice(0, -1);
}

/** The last place at or before `at` where a text may be cut without parting a grapheme. */
export function findCut(text: string, at: number): number {
  if (at <= 0) return 0;
  if (at >= text.length) return text.length;
  // A boundary depends on what is before it and on one character after: the rest need not be read.
  return graphemes.segment(text.slice(0, at + 2)).containing(at)?.index ?? at;
}

/** Arabic-Indic and Persian digits as ASCII, everything else as it is: `Number('١٢')` is NaN. */
export function foldDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
}

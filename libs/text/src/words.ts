/** The script of a word decides its stemmer. */
export type Script = 'arabic' | 'latin' | 'number' | 'other';

const SEPARATOR = 0;
const ARABIC = 1;
const LATIN = 2;
const DIGIT = 3;
const OTHER = 4;
/** A script without spaces: each character is a word, and neighbours form pairs. */
const UNSPACED = 5;
const APOSTROPHE = 6;
const MARK = 7;

const scripts: readonly Script[] = ['other', 'arabic', 'latin', 'number', 'other', 'other'];
const maxWordLength = 64;
const lastTabulated = 0x077f;
const kinds = Uint8Array.from({ length: lastTabulated + 1 }, (_, code) => classify(String.fromCharCode(code)));

/**
 * Visits the words of a **folded** text in order. A word is a run of letters, digits and marks of one script. Latin
 * letters and digits stay together (mp3), Arabic letters and digits do not. A final `'s` is left out. Any other
 * apostrophe is dropped (don't gives dont), or splits off a single letter before it (l'amour). A word is cut at 64
 * UTF-16 units.
 */
export function visitWords(
  folded: string,
  visit: (start: number, end: number, word: string, script: Script) => void,
): void {
  const end = folded.length;
  let at = 0;
  while (at < end) {
    const kind = kindAt(folded, at);
    if (kind === SEPARATOR || kind === APOSTROPHE || kind === MARK) {
      at += widthAt(folded, at);
      continue;
    }
    const start = at;
    at += widthAt(folded, at);
    if (kind === UNSPACED) {
      while (at < end && kindAt(folded, at) === MARK) at += widthAt(folded, at);
      visit(start, at, cut(folded.slice(start, at)), 'other');
      continue;
    }
    let script = kind;
    let joined = false;
    let wordEnd = at;
    for (; at < end; at += widthAt(folded, at), wordEnd = at) {
      const next = kindAt(folded, at);
      if (next === script || next === MARK) continue;
      if ((script === LATIN && next === DIGIT) || (script === DIGIT && next === LATIN)) script = LATIN;
      else if (next === APOSTROPHE && script === LATIN && continuesAfterApostrophe(folded, start, at)) joined = true;
      else break;
    }
    const word = folded.slice(start, wordEnd);
    visit(start, wordEnd, cut(joined ? word.replaceAll("'", '') : word), scripts[script]!);
    if (script === LATIN && isPossessive(folded, at)) at += 2;
  }
}

function classify(character: string): number {
  if (/\p{M}/u.test(character)) return MARK;
  if (character === "'") return APOSTROPHE;
  if (/\p{N}/u.test(character)) return DIGIT;
  if (!/\p{L}/u.test(character)) return SEPARATOR;
  if (/\p{scx=Arab}/u.test(character)) return ARABIC;
  if (/\p{sc=Latin}/u.test(character)) return LATIN;
  return /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}]/u.test(
    character,
  )
    ? UNSPACED
    : OTHER;
}

function kindAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit <= lastTabulated) return kinds[unit]!;
  if (unit >= 0x4e00 && unit <= 0x9fff) return UNSPACED;
  return classify(String.fromCodePoint(text.codePointAt(at)!));
}

function widthAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdbff && at + 1 < text.length ? 2 : 1;
}

function continuesAfterApostrophe(text: string, start: number, at: number): boolean {
  if (at - start < 2 || at + 1 >= text.length || kindAt(text, at + 1) !== LATIN) return false;
  return !isPossessive(text, at);
}

function isPossessive(text: string, at: number): boolean {
  if (text[at] !== "'" || text[at + 1] !== 's') return false;
  const next = at + 2 < text.length ? kindAt(text, at + 2) : SEPARATOR;
  return next !== LATIN && next !== DIGIT && next !== MARK;
}

function cut(word: string): string {
  if (word.length <= maxWordLength) return word;
  const head = word.slice(0, maxWordLength);
  return head.isWellFormed() ? head : head.slice(0, -1);
}

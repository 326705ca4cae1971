/** Values of the fold table that are instructions rather than code units. Zero means: drop. */
export const DROP = 0;
/** Needs Unicode normalisation together with its neighbours. */
export const COMPLEX = 0xffff;
/** ئ: written ي, unless a و follows. */
export const YEH_SEAT = 0xfffe;
/** ء: written ء, unless a و follows. */
export const BARE_HAMZA = 0xfffd;
/** و and ؤ: written و, and so is a hamza right before it. */
export const WAW = 0xfffc;
/** The combining hamza: dropped, but it makes a preceding ي a seat. */
export const HAMZA_ABOVE = 0xfffb;
/** Table values from here on are instructions. */
export const FIRST_INSTRUCTION = 0xfff0;

/** Marks and invisible characters that never decide whether two words are the same. */
const dropped: readonly (readonly [number, number])[] = [
  [0x0000, 0x0008],
  [0x000e, 0x001f],
  [0x007f, 0x0084],
  [0x0086, 0x009f], // controls that are not white space
  [0x00ad, 0x00ad], // soft hyphen
  [0x0300, 0x036f], // accents
  [0x0591, 0x05bd],
  [0x05bf, 0x05bf],
  [0x05c1, 0x05c2],
  [0x05c4, 0x05c5],
  [0x05c7, 0x05c7], // Hebrew points
  [0x0610, 0x061a],
  [0x061c, 0x061c],
  [0x0640, 0x0640],
  [0x064b, 0x0653],
  [0x0655, 0x065f],
  [0x0670, 0x0670], // harakat, tatweel
  [0x0674, 0x0674],
  [0x06d6, 0x06ed],
  [0x08ca, 0x08ff], // high hamza, Quranic marks
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe20, 0xfe2f], // more accents
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff], // joiners, bidi, variation selectors
  [0xfc5e, 0xfc63],
  [0xfe70, 0xfe70],
  [0xfe72, 0xfe72],
  [0xfe74, 0xfe74],
  [0xfe76, 0xfe76], // harakat as presentation forms:
  [0xfe78, 0xfe78],
  [0xfe7a, 0xfe7a],
  [0xfe7c, 0xfe7c],
  [0xfe7e, 0xfe7e], // normalised they would bring a space into the word
];

/** Letters and signs that become one other: the key is what each of its row becomes. */
const becomes: Readonly<Record<string, string>> = {
  ا: 'آأإٱٲٳٵ',
  ي: 'ىیےێې',
  ك: 'کڪ',
  ه: 'ةہھۃەۀۂ',
  ' ': '\t\n\v\f\r\u0085\u2028\u2029',
  '%': '٪',
  ',': '،٬',
  ';': '؛',
  '?': '؟',
  '.': '٫۔',
  "'": '‘’‛ʼʻ′´\u1ffd`',
  '"': '“”„‟«»',
  '-': '‐‑‒–—―−',
  o: 'øǿ',
  l: 'ł',
  d: 'đð',
  h: 'ħ',
  t: 'ŧ',
  i: 'ı',
  n: 'ŋ',
  b: 'ƀ',
  g: 'ǥ',
  z: 'ƶ',
  σ: 'ς',
};

/** Letters that become several, in lower case. */
const expansions: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' };

/** Letters whose simple mapping is worked out from Unicode data when the table is made. */
const tabulated: readonly (readonly [number, number])[] = [
  [0x0000, 0x058f], // Latin, Greek, Cyrillic, Armenian
  [0x0590, 0x06ff],
  [0x0750, 0x077f], // Hebrew, Arabic
  [0x1e00, 0x1fff], // Latin and Greek with accents
  [0x2000, 0x206f], // punctuation
];

const droppedClass = dropped.map(([first, last]) => `${escapeUnit(first)}-${escapeUnit(last)}`).join('');
const droppedCharacters = new RegExp(`[${droppedClass}\\p{Default_Ignorable_Code_Point}]`, 'gu');

/** Removes what folding ignores; the combining hamza stays, as it makes a seat. */
export function stripIgnored(text: string): string {
  return text.replace(droppedCharacters, '');
}

/** Compatibility decomposition in lower case, which is the same whatever the server's locale. */
export function decompose(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[ßæœþ]/g, (letter) => expansions[letter] ?? letter);
}

/** One entry per UTF-16 code unit: the folded unit, `DROP`, or an instruction. */
export function createFoldTable(): Uint16Array {
  const table = new Uint16Array(0x10000).fill(COMPLEX);
  const single = new Map<string, string>();
  for (const [target, sources] of Object.entries(becomes)) for (const source of sources) single.set(source, target);
  for (const [first, last] of tabulated) {
    for (let code = first; code <= last; code++) {
      const letter = String.fromCharCode(code);
      const plain = stripIgnored(decompose(letter));
      const folded = single.get(letter) ?? single.get(plain) ?? plain;
      if (folded.length === 1) table[code] = folded.charCodeAt(0);
    }
  }
  for (let code = 0x06f0; code <= 0x06f9; code++) table[code] = table[code - 0x90] = 0x30 + code - 0x06f0;
  for (let code = 0x4e00; code <= 0x9fff; code++) table[code] = code; // ideographs neither decompose nor compose
  for (const [letter, target] of single) table[letter.charCodeAt(0)] = target.charCodeAt(0);
  for (const [first, last] of dropped) table.fill(DROP, first, last + 1);
  table[0x0626] = table[0x06d3] = YEH_SEAT;
  table[0x0621] = BARE_HAMZA;
  table[0x0648] = table[0x0624] = table[0x0676] = WAW;
  table[0x0654] = HAMZA_ABOVE;
  return table;
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

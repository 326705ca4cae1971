/** Drops the character. This and the values from `FIRST_INSTRUCTION` on are instructions, all others UTF-16 units. */
export const DROP = 0;
/** Needs Unicode normalisation together with its neighbours. */
export const COMPLEX = 0xffff;
/** ئ: folds to ي, unless a و follows. */
export const YEH_SEAT = 0xfffe;
/** ء: stays, unless a و follows. */
export const BARE_HAMZA = 0xfffd;
/** و and ؤ: fold to و, and so does a hamza right before. */
export const WAW = 0xfffc;
/** The combining hamza: dropped, but turns a preceding ي into ئ. */
export const HAMZA_ABOVE = 0xfffb;
export const FIRST_INSTRUCTION = 0xfff0;

/** Marks and invisible characters that never distinguish two words. */
const dropped = [
  '\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f', // controls that are not white space
  '\\u00ad', // soft hyphen
  '\\u0300-\\u036f', // accents
  '\\u0591-\\u05bd\\u05bf\\u05c1-\\u05c2\\u05c4-\\u05c5\\u05c7', // Hebrew points
  '\\u0610-\\u061a\\u061c\\u0640\\u064b-\\u0653\\u0655-\\u065f\\u0670', // harakat, tatweel
  '\\u0674\\u06d6-\\u06ed\\u08ca-\\u08ff', // high hamza, Quranic marks
  '\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f', // more accents
  '\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff', // joiners, bidi, variation selectors
  // Harakat as presentation forms: normalisation would insert a space into the word.
  '\\ufc5e-\\ufc63\\ufe70\\ufe72\\ufe74\\ufe76\\ufe78\\ufe7a\\ufe7c\\ufe7e',
].join('');

/** The characters of each value become its key. */
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

const expansions: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' };

/** Ranges whose simple mappings are computed from Unicode data when the table is created. */
const tabulated: readonly (readonly [number, number])[] = [
  [0x0000, 0x058f], // Latin, Greek, Cyrillic, Armenian
  [0x0590, 0x06ff],
  [0x0750, 0x077f], // Hebrew, Arabic
  [0x1e00, 0x1fff], // Latin and Greek with accents
  [0x2000, 0x206f], // punctuation
];

const droppedUnit = new RegExp(`[${dropped}]`);
const ignoredCharacters = new RegExp(`[${dropped}\\p{Default_Ignorable_Code_Point}]`, 'gu');

/** Removes characters that folding ignores, except the combining hamza, which changes the letter before it. */
export function stripIgnored(text: string): string {
  return text.replace(ignoredCharacters, '');
}

/** Compatibility decomposition in lower case, independent of the locale. */
export function decompose(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[ßæœþ]/g, (letter) => expansions[letter] ?? letter);
}

/** One entry for each UTF-16 unit: the folded unit, `DROP`, or an instruction. */
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
  for (let code = 0; code <= 0xffff; code++) if (droppedUnit.test(String.fromCharCode(code))) table[code] = DROP;
  table[0x0626] = table[0x06d3] = YEH_SEAT;
  table[0x0621] = BARE_HAMZA;
  table[0x0648] = table[0x0624] = table[0x0676] = WAW;
  table[0x0654] = HAMZA_ABOVE;
  return table;
}

import { findSingular } from './synonyms.js';

/**
 * The light stem of a **folded** Arabic word. Removes the article, the conjunctions و and ف, the prepositions ب and ل
 * where they cannot be part of the root, possessive endings, and endings of number and gender. At least two letters
 * stay, for most endings three. Finds no roots: كاتب and مكتوب stay apart. Broken plurals come from a table.
 */
export function stemArabic(folded: string): string {
  if (nameOfGod.test(folded)) return 'الله';
  const bare = stripPrefixes(unifyFinalHamza(replaceForeignLetters(folded)));
  return findSingular(bare) ?? stripEndings(bare);
}

/** Not stemmed: without its article, له would be left. */
const nameOfGod = /^[وفبت]{0,2}ا?لله$/;

const articles = ['ال', 'لل', 'بال', 'كال', 'فال'] as const;
const possessives = ['تهما', 'تهم', 'تها', 'تنا', 'ته', 'هما', 'هم', 'هن', 'نا', 'ها'] as const;
const plurals = ['ان', 'ات', 'ون', 'ين'] as const;

function stripPrefixes(word: string): string {
  const rest = (word.startsWith('و') || word.startsWith('ف')) && word.length >= 5 ? word.slice(1) : word;
  for (const article of articles) {
    if (rest.startsWith(article) && rest.length - article.length >= 2) return rest.slice(article.length);
  }
  return isPreposition(rest) ? rest.slice(1) : rest;
}

/**
 * A first ب or ل is a preposition if no Arabic root starts so: roots avoid neighbouring letters of the same place of
 * articulation (ب with ب ف م, ل with ر ن), and a long word after لم or لت is a noun of the patterns م… and ت…. Without
 * a lexicon all others stay: the first letters of برنامج and لبنان are part of the word.
 */
function isPreposition(word: string): boolean {
  if (word.length < 5) return false;
  const next = word[1]!;
  if (word.startsWith('ب')) return 'بفم'.includes(next);
  return word.startsWith('ل') && ('رن'.includes(next) || (word.length >= 6 && 'مت'.includes(next)));
}

function stripEndings(word: string): string {
  let stem = stripFirst(word, possessives, 3);
  if (stem.length >= 5) stem = stem.replace(/ا?ء$|ا$/, ''); // علماء, امريكا beside امريكي
  stem = stem.endsWith('ات') ? strip(stem, 'ات', 2) : stripFirst(stem, plurals, 3);
  const feminine = strip(stem, 'يه', 3);
  stem = feminine === stem ? strip(strip(stem, 'ه', 2), 'ي', 3) : feminine;
  return stem.length >= 5 ? strip(stem, 'ت', 4) : stem; // مدينت(ه): ة before an ending, or a verb's feminine
}

function strip(word: string, ending: string, keep: number): string {
  return word.endsWith(ending) && word.length - ending.length >= keep ? word.slice(0, -ending.length) : word;
}

function stripFirst(word: string, endings: readonly string[], keep: number): string {
  for (const ending of endings) {
    const stem = strip(word, ending, keep);
    if (stem !== word) return stem;
  }
  return word;
}

/** Foreign sounds are written with or without the borrowed letter: ڤيتامين, فيتامين. */
function replaceForeignLetters(word: string): string {
  return word.replace(/[ڤپچگ]/g, (letter) => ({ ڤ: 'ف', پ: 'ب', چ: 'ج', گ: 'ك' })[letter] ?? letter);
}

/** Folding leaves several spellings of a final hamza after ي and و: شيء and شي, سيء and سيي, ضوء and ضو. */
function unifyFinalHamza(word: string): string {
  return word.replace(/(?<=.[يو])ء$|(?<=.ي)ي$/, '');
}

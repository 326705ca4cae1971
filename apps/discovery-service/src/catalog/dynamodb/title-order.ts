import { foldDigits } from '@mediamesh/text';

/**
 * Letters of the Arabic script in the order of Arabic readers (CLDR 48, `ar`), without those that sort like another.
 */
const arabicLetters =
  'اٵٶٷٸٲٱٳٮبٻپڀتثٹٺټٽٿجڃڄچڿڇحخځڂڅدذڈډڊڋڌڍڎڏڐرزڑڒړڔڕږڗژڙسشښڛڜصضڝڞطظڟ' +
  'عغڠفڡڢڣڤڥڦٯقڧڨكکڪګڬڭڮگڰڱڲڳڴػؼلڵڶڷڸمنںڻڼڽڹهھہۃەوۄۅۆۇۈۉۊۋۏيۍێېۑؽؾؿؠے';
/** What sorts like other letters, and differs from them only where all else is equal. */
const alike: Readonly<Record<string, string>> = {
  ء: 'ا',
  أ: 'ا',
  إ: 'ا',
  ؤ: 'ا',
  ئ: 'ا',
  آ: 'اا',
  ٴ: 'ا',
  ة: 'ت',
  ى: 'ي',
  ی: 'ي',
  ۂ: 'ہ',
  ۀ: 'ە',
  ۓ: 'ے',
  ـ: '',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  þ: 'th',
  ı: 'i',
};
/**
 * Every Arabic letter sorts before these: what stands before letters of the script that are not listed, and before
 * other scripts.
 */
const [unlisted, foreign] = ['\u01fe', '\u01ff'];

/**
 * Bytes of a sort key; with the item's id it must fit into a cursor, also when every second character is escaped in
 * JSON.
 */
const longestOrder = 210;
const longestTitle = 60;

/**
 * A text whose bytes sort as Arabic or English readers sort titles, since DynamoDB sorts by bytes and knows no
 * collation: marks and case count only between titles that are else equal, numbers sort by size whatever digits they
 * are written in, the reader's own script comes first. Titles that begin with a hundred equal letters sort by what they
 * are, not by what follows. The rules are our own and not those of an ICU version, so what is stored stays in order for
 * ever.
 */
export function orderOfTitle(title: string, reader: 'ar' | 'en'): string {
  const shown = title.replace(/\p{C}+/gu, ' ');
  const plain = foldDigits(shown.normalize('NFKC').toLowerCase()).replace(/\p{M}+/gu, '');
  const order = Array.from(plain.matchAll(/\d+|\P{Nd}/gu), ([token]) => orderOfToken(token, reader))
    .join('')
    .trim();
  return `${cutBytes(order, longestOrder)}\t${cutBytes(shown, longestTitle)}`;
}

/** Spaces, then signs, then numbers, then the reader's letters, then those of others. */
function orderOfToken(token: string, reader: 'ar' | 'en'): string {
  if (/^\d/.test(token)) {
    const digits = token.replace(/^0+(?=\d)/, '').slice(0, 99);
    return `${String(digits.length).padStart(2, '0')}${digits}`;
  }
  if (/^\s/u.test(token)) return ' ';
  if (!/^\p{L}/u.test(token)) return `!${token}`;
  const letters =
    alike[token] ?? (arabicLetters.includes(token) ? token : token.normalize('NFD').replace(/\p{M}+/gu, ''));
  return Array.from(letters, (letter) => orderOfLetter(letter, reader)).join('');
}

function orderOfLetter(letter: string, reader: 'ar' | 'en'): string {
  const place = arabicLetters.indexOf(letter);
  // between other scripts Arabic has the place of its block
  if (reader === 'en')
    return /[a-z]/.test(letter) ? letter : `~${place >= 0 ? String.fromCodePoint(0x600 + place) : letter}`;
  if (place >= 0) return String.fromCodePoint(0x100 + place);
  return `${/\p{Script=Arabic}/u.test(letter) ? unlisted : foreign}${letter}`;
}

/** The longest beginning of at most so many bytes of UTF-8, without half a character at its end. */
export function cutBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  let end = most;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}

import { foldDigits } from '@mediamesh/text';

/** Arabic letters in the order of CLDR 48 (`ar`), without those that sort like another. */
const arabicLetters =
  'اٵٶٷٸٲٱٳٮبٻپڀتثٹٺټٽٿجڃڄچڿڇحخځڂڅدذڈډڊڋڌڍڎڏڐرزڑڒړڔڕږڗژڙسشښڛڜصضڝڞطظڟ' +
  'عغڠفڡڢڣڤڥڦٯقڧڨكکڪګڬڭڮگڰڱڲڳڴػؼلڵڶڷڸمنںڻڼڽڹهھہۃەوۄۅۆۇۈۉۊۋۏيۍێېۑؽؾؿؠے';
/** Letters that sort like others, and differ from them only if everything else is equal. */
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
/** Sort after all Arabic letters above: prefixes of unlisted Arabic letters and of other scripts. */
const [unlisted, foreign] = ['\u01fe', '\u01ff'];

/** In bytes. Title and id must fit into a cursor, even if JSON escapes every second character. */
const longestOrder = 210;
const longestTitle = 60;

/**
 * A sort key for titles, since DynamoDB sorts by bytes and has no collation. Marks and case only decide between
 * otherwise equal titles, numbers sort by value in any digits, and the reader's own script comes first. Only about the
 * first hundred letters count. The rules do not depend on an ICU version, so stored keys stay in order for ever.
 */
export function orderOfTitle(title: string, reader: 'ar' | 'en'): string {
  const shown = title.replace(/\p{C}+/gu, ' ');
  const plain = foldDigits(shown.normalize('NFKC').toLowerCase()).replace(/\p{M}+/gu, '');
  const order = Array.from(plain.matchAll(/\d+|\P{Nd}/gu), ([token]) => orderOfToken(token, reader))
    .join('')
    .trim();
  return `${cutBytes(order, longestOrder)}\t${cutBytes(shown, longestTitle)}`;
}

/** Spaces sort first, then signs, numbers, letters of the reader's script, and other letters. */
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
  // Among other scripts Arabic sorts by its Unicode block.
  if (reader === 'en')
    return /[a-z]/.test(letter) ? letter : `~${place >= 0 ? String.fromCodePoint(0x600 + place) : letter}`;
  if (place >= 0) return String.fromCodePoint(0x100 + place);
  return `${/\p{Script=Arabic}/u.test(letter) ? unlisted : foreign}${letter}`;
}

/** The longest prefix of at most `most` bytes of UTF-8 that ends with a whole character. */
export function cutBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  let end = most;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}

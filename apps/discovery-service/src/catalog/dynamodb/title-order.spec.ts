import { describe, expect, it } from '@jest/globals';
import { compareBytes } from './catalog-entries.js';
import { cutBytes, orderOfTitle } from './title-order.js';

const titles = [
  'فنجان',
  'سوالف بزنس',
  'سوالف 2',
  'سوالف ١٠',
  'آفاق',
  'القهوة',
  'القَهْوَة العربية',
  'قهوة',
  'قضاة',
  'قضاء',
  'مايا',
  'هدى',
  'هدي',
  'يوم',
  'پودكاست',
  'گیم',
  'باب',
  'تاريخ',
  'ثمانية',
  '1001 ليلة',
  '٧ أيام',
  'apple',
  'Apple pie',
  'Zebra',
  'Éclair',
  'ebony',
  'Banana 10',
  'Banana 9',
  'naïve',
  'nail',
  'Straße',
  'strasse 2',
  'Łódź',
  'lodge',
  'Ælfred',
  'aesop',
  'Ωmega',
  'Янв',
  'שלום',
];
/**
 * Arabic readers take ا أ إ ؤ ئ ء as one letter; Unicode has another order for English ones, which we do not follow.
 */
const withHamza = ['أخبار الصباح', 'أخبار', 'إسلام', 'ابن خلدون', 'مؤمن', 'مائة سؤال'];
const sorted = (reader: 'ar' | 'en', some = titles): string[] =>
  [...some].sort((a, b) => compareBytes(orderOfTitle(a, reader), orderOfTitle(b, reader)));

describe('the order of titles as bytes', () => {
  it.each(['ar', 'en'] as const)('is that of %s readers, as Unicode has it', (reader) => {
    const collator = new Intl.Collator(reader, { numeric: true });
    const some = reader === 'ar' ? [...titles, ...withHamza] : titles;
    expect(sorted(reader, some)).toEqual([...some].sort(collator.compare));
  });

  it('puts numbers by their size, whatever digits they are written in and however long they are', () => {
    expect(sorted('en', ['Part 100', 'Part ٢٠', 'Part 3', 'Part 0007', `Part ${'9'.repeat(60)}`])).toEqual([
      'Part 3',
      'Part 0007',
      'Part ٢٠',
      'Part 100',
      `Part ${'9'.repeat(60)}`,
    ]);
  });

  it('fits into a cursor of 1,000 characters with an id, whatever the title', () => {
    for (const title of [
      '"'.repeat(100),
      '\\'.repeat(100),
      'ﷺ'.repeat(100),
      '𝒳'.repeat(50),
      '漢'.repeat(100),
      'ق'.repeat(100),
      '\u0007'.repeat(100),
    ]) {
      for (const reader of ['ar', 'en'] as const) {
        const position = JSON.stringify([reader, `${orderOfTitle(title, reader)}\t${crypto.randomUUID()}`]);
        expect(Buffer.from(position).toString('base64url').length + 23).toBeLessThanOrEqual(1_000);
      }
    }
  });

  it('cuts a text between characters', () => {
    expect([cutBytes('قهوة', 5), cutBytes('قهوة', 8), cutBytes('a😀', 4), cutBytes('', 4)]).toEqual([
      'قه',
      'قهوة',
      'a',
      '',
    ]);
  });
});

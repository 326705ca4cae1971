import { describe, expect, it } from '@jest/globals';
import { decodeSlug, foldSlug, isReservedSlug, isSlug, numberSlug, slugify } from './slug.js';

const bytes = (text: string) => new TextEncoder().encode(text).length;

describe('slugify', () => {
  it.each([
    ['برنامج التقنية والمستقبل', 'برنامج-التقنية-والمستقبل'],
    ['مُحَمَّد البرنــامج', 'محمد-البرنامج'],
    ['أحمد وإيمان ومستشفى', 'أحمد-وإيمان-ومستشفى'],
    ['الحلقة ١٢ و۳', 'الحلقة-12-و3'],
    ['  Hello,   World!! ', 'hello-world'],
    ['İstanbul Café Straße', 'istanbul-café-straße'],
    ['Ahmed’s & Co.', 'ahmeds-co'],
    ['بود\u200fكاست \u202eabc\u202c', 'بودكاست-abc'],
    ['हिन्दी फ़िल्म', 'हिन्दी-फ़िल्म'.normalize('NFC')],
    ['../../etc/passwd', 'etc-passwd'],
    ['1️⃣ first', '1-first'],
    ['日本語', '日本語'],
    ['😀❤️', ''],
    ['—…!', ''],
    ['\ud800', ''],
    ['', ''],
  ])('makes of %j %j', (title, slug) => expect(slugify(title)).toBe(slug));

  it('is the same for composed and decomposed titles', () =>
    expect(slugify('أحمد Café'.normalize('NFD'))).toBe(slugify('أحمد Café')));

  it('changes nothing the second time', () => {
    for (const title of ['برنامج التقنية', 'İ i̇', 'हिन्दी', 'a'.repeat(400), 'كلمة '.repeat(80), 'ǅ ß ﬁ'])
      expect(slugify(slugify(title))).toBe(slugify(title));
  });

  it('keeps within its bytes and its encoded length, at a word', () => {
    const slug = slugify('كلمة '.repeat(80));
    expect(bytes(slug)).toBeLessThanOrEqual(120);
    expect(encodeURIComponent(slug).length).toBeLessThanOrEqual(300);
    expect(slug).toMatch(/^(كلمة-)+كلمة$/);
    expect(slugify('برنامج التقنية والمستقبل', { maxBytes: 30 })).toBe('برنامج-التقنية');
  });

  it('cuts one long word without parting a character', () => {
    expect(bytes(slugify('ب'.repeat(300), { maxBytes: 21 }))).toBe(20);
    expect(slugify('𐐨'.repeat(50), { maxBytes: 10 }).isWellFormed()).toBe(true);
  });
});

describe('the key of a slug', () => {
  it('is one for two slugs that look alike', () => {
    expect(foldSlug('أحمد-مدرسة')).toBe(foldSlug('احمد-مدرسه'));
    expect(foldSlug('café')).toBe(foldSlug('cafe'));
    expect(foldSlug('على')).not.toBe(foldSlug('عالي'));
  });
});

describe('reserved slugs', () => {
  it('are the words of our addresses and whatever reads as an id', () => {
    for (const slug of [
      'search',
      'new',
      'api',
      'feeds',
      'media',
      'me',
      'NEW',
      '0197f3a2-1c4e-7abc-8def-0123456789ab',
      '0197F3A21C4E7ABC8DEF0123456789AB',
    ])
      expect([slug, isReservedSlug(slug)]).toEqual([slug, true]);
    for (const slug of ['news', 'search-2', 'برنامج', '0197f3a2'])
      expect([slug, isReservedSlug(slug)]).toEqual([slug, false]);
  });

  it('are no slugs, nor is anything that slugify would change', () => {
    for (const text of ['search', '', 'Hello', 'a b', 'a--b', '-a', '../a', 'مُحمد', '١٢', 'a/b', 'x'.repeat(300)])
      expect([text, isSlug(text)]).toEqual([text, false]);
    for (const text of ['hello-world', 'أحمد-2', '12']) expect([text, isSlug(text)]).toEqual([text, true]);
  });
});

describe('numberSlug', () => {
  it('adds the number', () => expect(numberSlug('برنامج', 2)).toBe('برنامج-2'));

  it('stays within the limits', () => {
    const long = slugify('ب'.repeat(300));
    for (const n of [2, 10, 1000]) {
      expect(bytes(numberSlug(long, n))).toBeLessThanOrEqual(120);
      expect(encodeURIComponent(numberSlug(long, n)).length).toBeLessThanOrEqual(300);
    }
  });
});

describe('decodeSlug', () => {
  it('reads a slug from an address', () => {
    expect(decodeSlug(encodeURIComponent('أحمد'.normalize('NFD')))).toBe('أحمد'.normalize('NFC'));
    expect(decodeSlug('Hello')).toBe('hello');
  });

  it('refuses broken encoding', () => expect([decodeSlug('%E0%A4'), decodeSlug('%')]).toEqual([undefined, undefined]));
});

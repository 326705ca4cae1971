import { describe, expect, it } from '@jest/globals';
import { canonicalLanguage, direction, lookupLanguage, parseAcceptLanguage } from './language.js';

describe('canonicalLanguage', () => {
  it.each([
    ['AR-sa', 'ar-SA'],
    ['en_US', 'en-US'],
    ['iw', 'he'],
    ['ara', 'ar'],
    [' ar ', 'ar'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['ar-EG-u-nu-arab', 'ar-EG'],
    ['ar-001', 'ar-001'],
  ])('makes of %j %j', (tag, canonical) => expect(canonicalLanguage(tag)).toBe(canonical));

  it.each([
    '',
    'und',
    'english',
    'Arabic',
    'en-us,ar',
    'e',
    'xx',
    '*',
    '123',
    'ar-',
    'a'.repeat(9),
    `en${'-abcd'.repeat(999)}`,
    'عربي',
    '\0',
  ])('does not know %j', (tag) => expect(canonicalLanguage(tag)).toBeUndefined());
});

describe('lookupLanguage', () => {
  const available = ['ar', 'en', 'zh-Hant'] as const;
  it.each([
    [['ar-EG'], 'ar'],
    [['fr', 'en-GB'], 'en'],
    [['zh-hant-tw'], 'zh-Hant'],
    [['zh'], 'fallback'],
    [['*'], 'fallback'],
    [[], 'fallback'],
    [['EN_us'], 'en'],
    [['ar-x-private'], 'ar'],
  ])('finds for %j %s', (ranges, found) => expect(lookupLanguage<string>(ranges, available, 'fallback')).toBe(found));
});

describe('parseAcceptLanguage', () => {
  it('orders by quality, then by place', () => {
    expect(parseAcceptLanguage('en;q=0.5, ar-EG, fr;q=0.8, *;q=0.1, de;q=0, nl;q=0.8')).toEqual([
      'ar-EG',
      'fr',
      'nl',
      'en',
      '*',
    ]);
  });

  it('passes over what is malformed', () => {
    expect(parseAcceptLanguage('ar, ;;;, en;q=2, de;q=x, <b>, fr;q=0.12345,,')).toEqual(['ar']);
    expect(parseAcceptLanguage(undefined)).toEqual([]);
    expect(parseAcceptLanguage('')).toEqual([]);
  });

  it('reads only so much of an endless header', () => {
    const ranges = parseAcceptLanguage(`ar, ${'en-US;q=0.5, '.repeat(500)}`);
    expect(ranges[0]).toBe('ar');
    expect(ranges.length).toBeLessThanOrEqual(32);
    expect(parseAcceptLanguage('a-'.repeat(50_000))).toEqual([]);
    expect(parseAcceptLanguage(`ar${' '.repeat(50_000)}`)).toEqual([]);
  });
});

describe('direction', () => {
  it.each([
    ['ar', 'rtl'],
    ['ar-EG', 'rtl'],
    ['he', 'rtl'],
    ['fa', 'rtl'],
    ['ur', 'rtl'],
    ['az-Arab', 'rtl'],
    ['en', 'ltr'],
    ['ar-Latn', 'ltr'],
    ['und', 'auto'],
    ['nonsense!', 'auto'],
  ])('of %s is %s', (language, expected) => expect(direction(language)).toBe(expected));
});

import { describe, expect, it } from '@jest/globals';
import { foldDigits, hasForbiddenCharacters, plainText, removeForbiddenCharacters, truncate } from './plain-text.js';

describe('plainText', () => {
  it('composes, trims and collapses white space', () => {
    expect(plainText('  Cafe\u0301 \n\t\u00a0 أ  ')).toBe('Café أ');
  });

  it('keeps harakat, joiners and emoji', () => {
    const text = 'مُحَمَّد می‌خواهم 👩‍👧';
    expect(plainText(text)).toBe(text.normalize('NFC'));
  });
});

describe('forbidden characters', () => {
  it.each(['\0', 'a\ud800', '\udc00b', '\ufffe', '\uffff', '\ufdd0', '\u{1fffe}', '\u{10ffff}', '\x1b[0m', '\b'])(
    'include %j',
    (text) => {
      expect(hasForbiddenCharacters(text)).toBe(true);
      expect(hasForbiddenCharacters(removeForbiddenCharacters(text))).toBe(false);
    },
  );

  it.each(['', 'a\n\tb\r\n', 'مُحَمَّد', '😀', '\u200c\u200d', '\ufffd'])('do not include %j', (text) => {
    expect(hasForbiddenCharacters(text)).toBe(false);
    expect(removeForbiddenCharacters(text)).toBe(text);
  });

  it('are removed and nothing else is', () => expect(removeForbiddenCharacters('a\0b\ud800c\uffffd😀')).toBe('abcd😀'));
});

describe('truncate', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['a😀b', 2, 'a'],
    ['مُحَمَّد', 1, 'م'],
    ['مُحَمَّد', 2, 'مُ'],
    ['e\u0301e\u0301', 3, 'e\u0301'],
    ['👩‍👩‍👧‍👦x', 11, '👩‍👩‍👧‍👦'],
    ['x👩‍👩‍👧‍👦', 9, 'x'],
    ['🇸🇦🇯🇴', 5, '🇸🇦'],
    ['abc', 0, ''],
  ])('of %j to %d is %j', (text, max, expected) => expect(truncate(text, max)).toBe(expected));

  it('cuts a single endless grapheme between code points', () => {
    expect(truncate(`a${'\u0301'.repeat(500)}`, 100)).toHaveLength(100);
    expect(truncate('👩‍👩‍👧‍👦', 4)).toBe('👩‍');
  });
});

describe('foldDigits', () => {
  it('makes Arabic-Indic and Persian digits ASCII and leaves the rest', () =>
    expect(foldDigits('٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ ٤٥:٠٠ أ')).toBe('0123456789 0123456789 45:00 أ'));
});

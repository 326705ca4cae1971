import { describe, expect, it } from '@jest/globals';
import { formatNumber, pluralize } from './plural.js';

const episodes = {
  zero: 'لا حلقات',
  one: 'حلقة واحدة',
  two: 'حلقتان',
  few: '{count} حلقات',
  many: '{count} حلقة',
  other: '{count} حلقة كاملة',
};

describe('pluralize', () => {
  it.each([
    [0, 'لا حلقات'],
    [1, 'حلقة واحدة'],
    [2, 'حلقتان'],
    [3, '3 حلقات'],
    [11, '11 حلقة'],
    [100, '100 حلقة كاملة'],
    [103, '103 حلقات'],
  ])('counts %d in Arabic: %s', (count, phrase) => expect(pluralize('ar', count, episodes)).toBe(phrase));

  it('takes the general form where one is not given', () => {
    expect(pluralize('en', 1, { one: '{count} episode', other: '{count} episodes' })).toBe('1 episode');
    expect(pluralize('ar', 2, { other: '{count} حلقة' })).toBe('2 حلقة');
  });

  it('writes the digits that are asked for', () => expect(pluralize('ar', 12, episodes, 'arab')).toBe('١٢ حلقة'));
});

describe('formatNumber', () => {
  it('does not depend on what the region prefers', () => {
    expect(['ar', 'ar-EG', 'ar-SA', 'ar-AE'].map((language) => formatNumber(language, 12))).toEqual([
      '12',
      '12',
      '12',
      '12',
    ]);
    expect(formatNumber('ar-AE', 12, 'arab')).toBe('١٢');
    expect(formatNumber('fa', 12, 'arabext')).toBe('۱۲');
  });
});

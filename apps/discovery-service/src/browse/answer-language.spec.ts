import { describe, expect, it } from '@jest/globals';
import { chooseLanguage, languagesWanted, readWish, sharedLanguage } from './answer-language.js';

describe('the language of an answer', () => {
  const both = ['ar', 'en'];
  const choose = (
    query: Parameters<typeof readWish>[0],
    header?: string,
    slug?: string,
    available: readonly string[] = both,
    own = 'ar',
  ) => chooseLanguage(readWish(query, header, slug), available, own);

  it('is the one asked for, before that of the slug and of the reader', () => {
    expect(choose({ lang: 'en' }, 'ar', 'ar')).toBe('en');
  });

  it('is that of the slug, before that of the reader', () => {
    expect(choose({}, 'ar', 'en')).toBe('en');
  });

  it('is the first of the reader that there is, by quality', () => {
    expect(choose({}, 'fr, ar;q=0.3, en-GB;q=0.8')).toBe('en');
  });

  it('is the item’s own when nothing is asked for', () => {
    expect(choose({})).toBe('ar');
    expect(choose({}, undefined, undefined, both, 'en')).toBe('en');
    expect(choose({}, '*;q=0.5', undefined, both, 'en')).toBe('en');
  });

  it('shortens what is asked for until it fits, then falls back to the item’s own', () => {
    expect(choose({ lang: 'en-US' })).toBe('en');
    expect(choose({ lang: 'fr' }, 'en')).toBe('ar');
    expect(choose({ lang: 'ar' }, undefined, undefined, ['ar-EG', 'en'], 'en')).toBe('en');
  });

  it('is one that is public when the item’s own is not', () => {
    expect(choose({}, undefined, undefined, ['en'], 'ar')).toBe('en');
  });

  it('is none rather than another one where the wish is strict', () => {
    expect(choose({ lang: 'fr', fallback: 'none' })).toBeUndefined();
    expect(choose({ fallback: 'none' }, 'fr')).toBeUndefined();
    expect(choose({ lang: 'ar-EG', fallback: 'none' })).toBe('ar');
    expect(choose({ fallback: 'none' })).toBe('ar');
    expect(choose({ fallback: 'none' }, 'fr, *;q=0.1')).toBe('ar');
  });
});

describe('the languages that satisfy a wish', () => {
  it('are all when it is not strict', () => {
    expect(languagesWanted(readWish({ lang: 'ar-EG' }))).toBeUndefined();
  });

  it('are the ranges and what they shorten to, in canonical form', () => {
    expect(languagesWanted(readWish({ fallback: 'none' }, 'AR-eg, en'))).toEqual(['ar', 'ar-EG', 'en']);
  });
});

describe('the language several answers share', () => {
  it('is told only when it is one', () => {
    expect(sharedLanguage(['ar', 'ar'])).toBe('ar');
    expect(sharedLanguage(['ar', 'en'])).toBeUndefined();
    expect(sharedLanguage([])).toBeUndefined();
  });
});

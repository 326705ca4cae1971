import { describe, expect, it } from '@jest/globals';
import { nameItem } from '../sources/rss/item-names.js';
import { languageOf } from './source-language.js';

const rest = { people: [], categories: [], block: false };
const feed = (language: string | undefined, title: string, ...titles: string[]) => ({
  program: { language, title, ...rest },
  items: titles.map((one) => nameItem({ title: one, kind: 'full', ...rest, warnings: [] })),
});

describe('the language of a feed', () => {
  it.each([
    ['ar-SA', 'Coffee', 'ar-SA'],
    ['EN-us', 'قهوة', 'en-US'],
    ['ar_EG', 'Coffee', 'ar-EG'],
  ])('is %s where the feed says so', (said, title, language) => expect(languageOf(feed(said, title))).toBe(language));

  it.each([[undefined], ['und'], ['arabic language'], ['xx-unknown']])(
    'is that of most letters of its titles where the feed says %s',
    (said) => {
      expect(languageOf(feed(said, 'Podcast', 'حلقة أولى عن القهوة', 'الثانية'))).toBe('ar');
      expect(languageOf(feed(said, 'Podcast', 'The first', 'قهوة'))).toBe('en');
      expect(languageOf(feed(said, '123'))).toBe('en');
    },
  );
});

import { describe, expect, it } from '@jest/globals';
import { chooseCategory } from './category-choice.js';

const categories = [
  { key: 'society', names: { ar: 'المجتمع والثقافة', en: 'Society & Culture' } },
  { key: 'society.documentary', parent: 'society', names: { ar: 'الوثائقيات', en: 'Documentary' } },
  { key: 'news', names: { ar: 'الأخبار', en: 'News' } },
  { key: 'sports', names: { ar: 'الرياضة', en: 'Sports' } },
  { key: 'sports.football', parent: 'sports', names: { ar: 'كرة القدم', en: 'Football' } },
];

describe('the category of a program', () => {
  it.each([
    [['Society & Culture', 'Documentary', 'قهوة'], 'society.documentary', ['قهوة']],
    [['society and culture', 'News'], 'society', ['News']],
    [['الأخبار'], 'news', []],
    [['Sports', 'Soccer'], 'sports.football', []],
    [['Gardening', 'News'], 'news', ['Gardening']],
    [['Gardening'], undefined, ['Gardening']],
    [['Video Games'], undefined, ['Video Games']],
    [[], undefined, []],
  ])('of %j is %s', (names, category, rest) => expect(chooseCategory(names, categories)).toEqual({ category, rest }));
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { IndexUnderTest } from './index-under-test.contract.js';
import { buildProgram } from './public-document.builder.js';

/** Whatever people may type. */
export function describeQuestions(tested: IndexUnderTest, queriesThatAreText: readonly string[]): void {
  describe('what was typed is text', () => {
    beforeEach(() =>
      tested.fillPrograms({ coffee: { ar: ['قهوة', 'كوب'] }, other: { en: 'regex exists near rank program' } }),
    );

    it.each(queriesThatAreText)('%j', async (text) => {
      const { hits } = await tested.search(text);
      const found = hits.map(({ id }) => id);
      if (text.includes('قهوة')) expect(found).toContain('coffee');
      else expect(found).not.toContain('coffee');
    });

    it.each(['', '   ', '\n', '😀', '❤️ 😀', '!?…', 'في'])('finds nothing by %j', async (text) => {
      const { hits, total, next } = await tested.search(text);
      expect({ hits, total, next }).toEqual({ hits: [], total: { value: 0, relation: 'eq' }, next: undefined });
    });

    it('takes the longest questions there may be, one word a letter, with everything that can be asked', async () => {
      await tested.fill([buildProgram('a', { zh: '夜' }, { category: 'arts' })]);
      const letters = Array.from({ length: 499 }, (_, at) => String.fromCodePoint(0x4e00 + at * 7));
      for (const text of [
        `夜${letters.join('')}`,
        `夜 ${Array.from({ length: 249 }, (_, at) => String.fromCodePoint(0x0100 + at)).join(' ')}`,
      ]) {
        const { hits, facets } = await tested.index.search({
          text,
          filters: { category: 'arts', language: 'zh' },
          limit: 5,
          facets: true,
        });
        expect([hits.map(({ id }) => id), facets?.category]).toEqual([['a'], [{ value: 'arts', count: 1 }]]);
      }
      expect(
        (
          await tested.search(
            letters
              .slice(1)
              .filter((letter) => letter !== '夜')
              .join(''),
          )
        ).hits,
      ).toEqual([]);
    });

    it('takes 500 characters of many words', async () => {
      expect(
        await tested.ids(`قهوة ${Array.from({ length: 120 }, (_, at) => `w${at}`).join(' ')}`.slice(0, 500)),
      ).toEqual(['coffee']);
    });
  });
}

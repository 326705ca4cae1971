import { describe, expect, it } from '@jest/globals';
import type { IndexUnderTest } from './index-under-test.contract.js';
import { buildEpisode, buildProgram, buildTombstone } from './public-document.builder.js';

/** What completes what is being typed. */
export function describeSuggestions(tested: IndexUnderTest, queriesThatAreText: readonly string[]): void {
  describe('suggestions', () => {
    const ids = async (text: string, options?: { limit?: number; language?: string }): Promise<string[]> =>
      (await tested.suggest(text, options)).map(({ id }) => id);

    it.each([
      ['ق', 'القهوة'],
      ['قه', 'القهوة'],
      ['القه', 'قهوة'],
      ['القه', 'القَهْوة'],
      ['قهوه', 'القهوة'],
      ['القهوة', 'قهوه'],
      ['أح', 'احمد'],
      ['اح', 'أحمد'],
      ['مُحَ', 'محمد'],
      ['مح', 'مُحَمَّد'],
      ['مستشفى', 'مستشفي'],
      ['برنا', 'البرنــامج'],
      ['١٢', '12'],
      ['كت', 'کتاب'],
      ['مسؤ', 'مسؤول'],
      ['مك\u200c', 'مكتبة'],
      ['c', 'Café'],
      ['CAF', 'café'],
      ['cafe', 'Café'],
      ['café', 'cafe'],
      ['dug', 'Düğün'],
      ['mp', 'MP3'],
      ['ｍｐ', 'mp3'],
    ])('complete %s by %s', async (typed, title) => {
      await tested.fill([
        buildProgram('it', { ar: `${title} ثم` }),
        buildProgram('inside', { ar: `ثم ${title}` }),
        buildProgram('other', { ar: 'شيء different' }),
      ]);
      expect(await ids(typed)).toEqual(['it', 'inside']);
    });

    it('put a title that begins so before one with a word that does', async () => {
      await tested.fillPrograms({
        inner: { en: 'Night coffee' },
        first: { en: 'Coffee night' },
        article: { ar: 'ليل القهوة' },
        arabic: { ar: 'القهوة ليلًا' },
      });
      expect(await ids('coff')).toEqual(['first', 'inner']);
      expect(await ids('قهو')).toEqual(['arabic', 'article']);
      expect(await ids('القهو')).toEqual(['arabic', 'article']);
    });

    it('take every word that was typed, the last as a beginning', async () => {
      await tested.fillPrograms({
        whole: { en: 'Coffee Secrets' },
        inside: { en: 'The coffee secrets' },
        history: { en: 'Coffee history' },
        secrets: { en: 'Secrets' },
        arabic: { ar: 'أسرار القهوة' },
      });
      expect(await ids('coffee sec')).toEqual(['whole', 'inside']);
      expect(await ids('coffee secrets')).toEqual(['whole', 'inside']);
      expect((await ids('coffee ')).toSorted()).toEqual(['history', 'inside', 'whole']);
      expect(await ids('أسرار قه')).toEqual(['arabic']);
      expect(await ids('اسرار القه')).toEqual(['arabic']);
      expect(await ids('coffee x')).toEqual([]);
      expect(await ids('cof secrets')).toEqual([]);
    });

    it('come from titles only, of words in the middle of none', async () => {
      await tested.fill([
        buildProgram(
          'a',
          { en: ['Title', 'coffee'] },
          { tags: ['coffee'], people: [{ name: 'Coffee', role: 'host' }] },
        ),
        buildProgram('b', { en: 'Decoffee' }),
      ]);
      expect(await ids('coffee')).toEqual([]);
    });

    it('are the original title, escaped, with marks around the words that matched', async () => {
      await tested.fill([buildEpisode('a', { ar: 'قِصَّة «القَهْوة» & <القهوات> قه' })]);
      expect(await tested.suggest('القه')).toEqual([
        {
          id: 'a',
          kind: 'episode',
          language: 'ar',
          title: 'قِصَّة «القَهْوة» & <القهوات> قه',
          highlight: 'قِصَّة «<mark>القَهْوة</mark>» &amp; &lt;<mark>القهوات</mark>&gt; <mark>قه</mark>',
        },
      ]);
      expect((await tested.suggest('قصة القه'))[0]?.highlight).toContain('<mark>قِصَّة</mark> «<mark>القَهْوة</mark>»');
    });

    it('give a document once, by the title that begins so', async () => {
      await tested.fill([
        buildProgram('a', { ar: 'حديث Coffee', en: 'Coffee talk', fr: 'Le coffee' }),
        buildProgram('b', { en: 'Coffee' }),
      ]);
      const found = await tested.suggest('coff');
      expect(found.map(({ id }) => id).toSorted()).toEqual(['a', 'b']);
      expect(found.find(({ id }) => id === 'a')).toMatchObject({ language: 'en', title: 'Coffee talk' });
    });

    it('give a document by its first language where several titles match alike', async () => {
      await tested.fill(['a', 'b', 'c'].map((id) => buildProgram(id, { ar: 'Coffee', en: 'Coffee', fr: 'Coffee' })));
      for (const limit of [2, 3])
        expect((await tested.suggest('coff', { limit })).map(({ language }) => language)).toEqual(
          Array.from({ length: limit }, () => 'ar'),
        );
      expect((await tested.suggest('coff', { language: 'fr' })).map(({ language }) => language)).toEqual([
        'fr',
        'fr',
        'fr',
      ]);
    });

    it('keep to a language and its regional forms', async () => {
      await tested.fillPrograms({
        ar: { ar: 'Coffee' },
        both: { ar: 'Coffee first', 'en-GB': 'The coffee' },
        en: { en: 'Coffee last' },
      });
      expect((await ids('cof', { language: 'en' })).toSorted()).toEqual(['both', 'en']);
      expect((await tested.suggest('cof', { language: 'en' })).map(({ language }) => language).toSorted()).toEqual([
        'en',
        'en-GB',
      ]);
      expect(await ids('cof', { language: 'en-GB' })).toEqual(['both']);
      expect(await ids('cof', { language: 'fr' })).toEqual([]);
    });

    it('come only from what can be found now', async () => {
      await tested.fill([
        buildProgram('stays', { en: 'Coffee' }),
        buildProgram('changes', { en: 'Coffee and more' }),
        buildProgram('goes', { en: 'Coffee gone' }),
      ]);
      await tested.index.upsert([buildProgram('changes', { en: 'Tea' }, { revision: 2 })]);
      await tested.index.remove([buildTombstone('goes', 2)]);
      await tested.index.upsert([buildProgram('goes', { en: 'Coffee gone' })]);
      await tested.settle();
      expect([await ids('coff'), await ids('te')]).toEqual([['stays'], ['changes']]);
    });

    it('are no more than asked for, those that begin so first', async () => {
      await tested.fill(
        Array.from({ length: 40 }, (_, at) =>
          buildProgram(`d${at}`, { en: at % 4 === 0 ? `Night ${at}` : `A long night ${at}` }),
        ),
      );
      const found = await tested.suggest('ni', { limit: 12 });
      expect(new Set(found.map(({ id }) => id)).size).toBe(12);
      expect(found.filter(({ title }) => title.startsWith('Night'))).toEqual(found.slice(0, 10));
    });

    it('name the index that answered, also where none is found, or nothing was typed', async () => {
      await tested.fillPrograms({ zoo: { en: 'Zoo' } });
      const generation = await tested.index.generation();
      for (const [text, count] of [
        ['zo', 1],
        ['xyz', 0],
        ['', 0],
      ] as const) {
        const { titles, generation: answered } = await tested.index.suggest(text, { limit: 5 });
        expect([text, titles.length, answered]).toEqual([text, count, generation]);
      }
    });

    it('take everything as text', async () => {
      await tested.fillPrograms({ zoo: { en: 'Zoo' } });
      for (const text of ['', '   ', '\n', '😀', '!?…', '<mark>', '%', '_', ...queriesThatAreText])
        expect([text, await ids(text)]).toEqual([text, []]);
    });

    it('take a hundred characters of one word, and of many', async () => {
      await tested.fillPrograms({ sea: { en: 'The sea' } });
      for (const text of ['x'.repeat(100), 'the '.repeat(25), 'ا'.repeat(100)])
        expect(Array.isArray(await tested.suggest(text))).toBe(true);
    });
  });
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PublicDocument } from '@mediamesh/contracts';
import { describeCorrections } from './corrections.contract.js';
import { describeFacets } from './facets.contract.js';
import { IndexUnderTest, type IndexPlace, type SearchIndexFeatures } from './index-under-test.contract.js';
import { describePages } from './pages.contract.js';
import { buildEpisode, buildProgram, buildTombstone, type Texts } from './public-document.builder.js';
import { describeQuestions } from './questions.contract.js';
import { describeRebuilds } from './rebuilds.contract.js';
import type { SearchFilters, SearchIndex, SearchPage } from './search-index.js';
import { describeSuggestions } from './suggestions.contract.js';

/** What people type, and what it must find. */
const arabicPairs = [
  ['برنامج', 'البرنامج'],
  ['بودكاست', 'البودكاست'],
  ['والبرنامج', 'برنامج'],
  ['بالبرنامج', 'برنامج'],
  ['للبرنامج', 'برنامج'],
  ['حلقة', 'حلقات'],
  ['الدوري', 'الدورى'],
  ['مستشفى', 'مستشفي'],
  ['علي', 'على'],
  ['مدرسة', 'مدرسه'],
  ['أحمد', 'احمد'],
  ['إسلام', 'اسلام'],
  ['آمال', 'امال'],
  ['مُحَمَّد', 'محمد'],
  ['البرنــامج', 'البرنامج'],
  ['١٢', '12'],
  ['۱۲', '12'],
  ['هٰذا', 'هذا'],
  ['ٱلله', 'الله'],
  ['مسؤول', 'مسئول'],
  ['کتاب', 'كتاب'],
  ['برامج', 'برنامج'],
  ['مك\u200cتبة', 'مكتبة'],
  ['مك\u200dتبة', 'مكتبة'],
  ['\u202bمكتبة\u202c', 'مكتبة'],
  ['ﷲ', 'الله'],
  ['ﻻعب', 'لاعب'],
  ['القهوه', 'القهوة'],
  ['قهوة', 'القهوة'],
  ['رحلتي', 'رحلتى'],
  ['القران', 'القرآن'],
] as const;
const englishPairs = [
  ['episode', 'Episodes'],
  ['RUNNING', 'run'],
  ['cafe', 'Café'],
  ['Dugun', 'Düğün'],
  ['program', 'programmes'],
  ['dont', 'don’t'],
  ['ahmed', "Ahmed's"],
  ['ｍｐ３', 'MP3'],
] as const;

const queriesThatAreText = [
  '"',
  '"قهوة',
  'قهوة AND',
  'AND قهوة',
  'قهوة OR',
  'NOT قهوة',
  '*',
  'قهوة*',
  'NEAR(قهوة كوب)',
  'NEAR(',
  'text:قهوة',
  'facets : قهوة',
  '{text}',
  '(((',
  ')',
  'قهوة)',
  '^قهوة',
  '-قهوة',
  '+قهوة',
  'a~99',
  '/regex/',
  '_exists_:x',
  '!!',
  '&',
  '|',
  '<->',
  '\\',
  "قهوة'; drop table texts; --",
  '\u0000',
  'قهوة\u0000',
  '\ud800',
  '%_',
  'k:program',
  'rank',
];

/**
 * The whole promise of {@link SearchIndex}, for every adapter. `makePlace` gives a place of its own for one empty
 * index, which is opened, closed and opened again there.
 */
export function describeSearchIndex(name: string, features: SearchIndexFeatures, makePlace: () => IndexPlace): void {
  describe(`the search index of ${name}`, () => {
    const tested = new IndexUnderTest(features, makePlace);
    let index: SearchIndex;

    beforeEach(async () => {
      index = await tested.open();
    });
    afterEach(() => tested.close());

    const settle = (): Promise<void> => tested.settle();
    const fill = (documents: readonly PublicDocument[]): Promise<void> => tested.fill(documents);
    const fillPrograms = (texts: Readonly<Record<string, Texts>>): Promise<void> => tested.fillPrograms(texts);
    const search = (text: string, filters?: SearchFilters): Promise<SearchPage> => tested.search(text, filters);
    const ids = (text: string, filters?: SearchFilters): Promise<string[]> => tested.ids(text, filters);

    describe('words', () => {
      it.each([...arabicPairs, ...englishPairs])(
        'finds by %s what is spelled %s, and the other way round',
        async (one, other) => {
          await fill([
            buildProgram('one', { ar: one }),
            buildProgram('other', { ar: other }),
            buildProgram('neither', { ar: 'شيء مختلف different' }),
          ]);
          expect((await ids(one)).toSorted()).toEqual(['one', 'other']);
          expect((await ids(other)).toSorted()).toEqual(['one', 'other']);
        },
      );

      it('finds words of a subtitle as those of a description, below those of a title', async () => {
        const withSubtitle = (id: string, title: string, subtitle: string): PublicDocument => {
          const document = buildProgram(id, { en: title, fr: 'Zebre' });
          return {
            ...document,
            localizations: { ...document.localizations, en: { ...document.localizations['en']!, subtitle } },
          };
        };
        await fill([
          withSubtitle('subtitle', 'Plain', 'swimming'),
          buildProgram('description', { en: ['Plain', 'swimming'], fr: 'Zebre' }),
          withSubtitle('title', 'Swimming', 'plain'),
        ]);
        const { hits } = await search('swimming');
        expect(hits.map(({ id }) => id)[0]).toBe('title');
        expect(hits.map(({ id }) => id).sort()).toEqual(['description', 'subtitle', 'title']);
        const scoreOf = (id: string): number => hits.find((hit) => hit.id === id)?.score ?? 0;
        expect(scoreOf('subtitle')).toBeCloseTo(scoreOf('description'), 5);
        expect(await ids('swimming', { language: 'fr' })).toEqual([]);
      });

      it('finds words of descriptions, tags and people, and no markup', async () => {
        await fill([
          buildProgram(
            'a',
            { en: ['Title', '<p class="zebra">Deep <b>water</b> swimming</p>'] },
            { tags: ['nature'], people: [{ name: 'ليلى حسن', role: 'host' }] },
          ),
        ]);
        for (const text of ['water', 'nature', 'ليلى']) expect([text, await ids(text)]).toEqual([text, ['a']]);
        expect(await ids('zebra')).toEqual([]);
      });

      it('finds a title of two scripts by either', async () => {
        await fillPrograms({ mixed: { ar: 'بودكاست Tech بالعربي' } });
        expect(await ids('tech')).toEqual(['mixed']);
        expect(await ids('البودكاست')).toEqual(['mixed']);
      });

      it('gives a document once, in the language that matched best', async () => {
        await fill([buildProgram('a', { ar: ['فنجان', 'حوار مع Sara'], en: ['Sara talks', 'Sara and Sara'] })]);
        const { hits, total } = await search('sara');
        expect(hits.map(({ id, language }) => [id, language])).toEqual([['a', 'en']]);
        expect(total).toEqual({ value: 1, relation: 'eq' });
      });
    });

    describe('ranking', () => {
      it.each([
        [
          'the exact spelling above one folded alike, and that above one of the same stem',
          'القهوة',
          ['القهوة', 'القهوه', 'قهوة'],
        ],
        ['علي above على', 'علي', ['علي', 'على']],
        ['على above علي', 'على', ['على', 'علي']],
        ['عربي above عربية', 'عربي', ['عربي', 'عربية']],
        ['the word above its plural', 'episode', ['episode', 'episodes']],
      ])('puts %s', async (_rule, text, order) => {
        const other = order.map((title, at) => buildProgram(`p${at}`, { ar: `${title} والناس` }));
        await fill([
          ...other.toReversed(),
          ...['جبل', 'بحر', 'sea'].map((title) => buildProgram(title, { ar: `${title} والناس` })),
        ]);
        expect(await ids(text)).toEqual(order.map((_, at) => `p${at}`));
      });

      it('puts a title above a description, both words above one, and neighbours above strangers', async () => {
        await fillPrograms({
          description: { en: ['A day outside', 'the history of coffee'] },
          title: { en: ['Coffee history', 'a day outside and so'] },
          apart: { en: ['One day', 'history and in between many words then coffee'] },
          single: { en: ['Another day', 'all about coffee and so on'] },
        });
        expect(await ids('coffee history')).toEqual(['title', expect.any(String), expect.any(String), 'single']);
        await fillPrograms({
          near: { en: ['x', 'the silent planet sings tonight'] },
          far: { en: ['x', 'the planet sings silent tonight'] },
        });
        expect(await ids('silent planet')).toEqual(['near', 'far']);
      });

      it('puts first the title that says exactly what was asked', async () => {
        await fillPrograms({
          other: { en: ['You me you', 'you you you'] },
          long: { en: ['Love Love Love', 'love love'] },
          love: { en: ['Love', 'A man meets a woman'] },
          this: { en: 'This Is It' },
          sea: { en: 'The sea' },
          hill: { en: 'A hill' },
        });
        expect((await ids('love'))[0]).toBe('love');
        expect((await ids('this is it'))[0]).toBe('this');
      });

      it('gives scores that never rise', async () => {
        await fill(
          Array.from({ length: 30 }, (_, at) =>
            buildProgram(`d${at}`, { en: ['Day', 'night '.repeat(at % 7) + 'and day'] }),
          ),
        );
        const scores = (await search('night')).hits.map(({ score }) => score);
        expect(scores.length).toBeGreaterThan(1);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      });
    });

    describe('filters', () => {
      beforeEach(() =>
        fill([
          buildProgram('p-ar', { ar: 'قهوة' }, { category: 'food.drinks', type: 'series' }),
          buildProgram('p-both', { ar: 'قهوة', 'en-GB': 'قهوة English' }, { category: 'society-culture' }),
          buildEpisode('e-ar', { ar: 'قهوة' }, { category: 'food' }),
          buildEpisode('e-en', { en: 'قهوة English' }, { category: 'food.drinks', type: 'film' }),
        ]),
      );

      it.each([
        [{}, ['e-ar', 'e-en', 'p-ar', 'p-both']],
        [{ kind: 'episode' }, ['e-ar', 'e-en']],
        [{ type: 'podcast' }, ['e-ar', 'p-both']],
        [{ category: 'food.drinks' }, ['e-en', 'p-ar']],
        [{ category: 'food' }, ['e-ar', 'e-en', 'p-ar']],
        [{ language: 'ar' }, ['e-ar', 'p-ar', 'p-both']],
        [{ language: 'en' }, ['e-en', 'p-both']],
        [{ language: 'en-GB' }, ['p-both']],
        [{ kind: 'program', category: 'society-culture', language: 'en' }, ['p-both']],
        [{ kind: 'program', type: 'film' }, []],
        [{ category: 'none' }, []],
      ] as [SearchFilters, string[]][])('with %j', async (filters, found) => {
        const { hits, total } = await search('قهوة', filters);
        expect(hits.map(({ id }) => id).toSorted()).toEqual(found);
        expect(total).toEqual({ value: found.length, relation: 'eq' });
      });

      it('answers in the language filtered by', async () => {
        expect((await search('قهوة', { language: 'en' })).hits.map(({ language }) => language).toSorted()).toEqual([
          'en',
          'en-GB',
        ]);
      });
    });

    describe('highlights', () => {
      it('marks every form of a word in the original spelling, escaped', async () => {
        const ar: [string, string] = ['قِصَّة «القَهْوة» & <غيرها>', '<p>عن القهوةِ وقهوتنا &lt;script&gt;</p>'];
        await fill([buildProgram('a', { ar })]);
        const [hit] = (await search('القهوه')).hits;
        expect(hit?.highlights.title).toBe('قِصَّة «<mark>القَهْوة</mark>» &amp; &lt;غيرها&gt;');
        expect(hit?.highlights.description).toContain('<mark>القهوةِ</mark>');
        expect(hit?.highlights.description).toContain('&lt;script&gt;');
      });

      it('shows the part of a long description that matches', async () => {
        await fill([buildProgram('a', { en: ['Title', `${'before '.repeat(300)}needle${' after'.repeat(300)}`] })]);
        const snippet = (await search('needle')).hits[0]?.highlights.description ?? '';
        expect(snippet).toContain('<mark>needle</mark>');
        expect(snippet.length).toBeLessThan(260);
      });
    });

    describeQuestions(tested, queriesThatAreText);

    describe('revisions', () => {
      const version = (revision: number, title: string): PublicDocument =>
        buildProgram('a', { en: title }, { revision });

      it('replaces a document by a newer one, all of it', async () => {
        await fill([buildProgram('a', { en: 'first', ar: 'قهوة' })]);
        await index.upsert([version(2, 'second')]);
        await settle();
        expect([await ids('first'), await ids('قهوة'), await ids('second')]).toEqual([[], [], ['a']]);
        expect(await index.count()).toBe(1);
      });

      it('ignores a revision that is not higher', async () => {
        await fill([version(2, 'second')]);
        await index.upsert([version(2, 'again'), version(1, 'first')]);
        await index.remove([buildTombstone('a', 1), buildTombstone('a', 2)]);
        await settle();
        expect([await ids('again'), await ids('first'), await ids('second')]).toEqual([[], [], ['a']]);
      });

      it('keeps the highest of several in one call', async () => {
        await index.upsert([version(3, 'third'), version(1, 'first'), version(2, 'second')]);
        await settle();
        expect([await ids('first'), await ids('second'), await ids('third')]).toEqual([[], [], ['a']]);
      });

      it('lets no late document return after its tombstone, and a newer one return', async () => {
        await fill([version(1, 'first')]);
        await index.remove([buildTombstone('a', 3)]);
        await index.upsert([version(2, 'second')]);
        await settle();
        expect([await ids('first'), await ids('second'), await index.count()]).toEqual([[], [], 0]);
        await fill([version(4, 'fourth')]);
        expect(await ids('fourth')).toEqual(['a']);
      });

      it('remembers a tombstone of what it never saw', async () => {
        await index.remove([buildTombstone('a', 3)]);
        await index.upsert([version(2, 'second')]);
        await settle();
        expect(await ids('second')).toEqual([]);
      });
    });

    describePages(tested);
    describeFacets(tested);
    describeSuggestions(tested, queriesThatAreText);
    describeCorrections(tested, queriesThatAreText);
    describeRebuilds(tested);
  });
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PublicDocument } from '@mediamesh/contracts';
import { eventually } from '@mediamesh/testing';
import { buildEpisode, buildProgram, buildTombstone, type Texts } from './public-document.builder.js';
import { PlaceExpired, type Place, type SearchFilters, type SearchIndex, type SearchPage } from './search-index.js';

/** Honest differences between adapters. */
export interface SearchIndexFeatures {
  /** Whether a write is found as soon as it has resolved. */
  readonly refreshIsImmediate: boolean;
}

/** What people type, and what it must find. */
const arabicPairs = [
  ['برنامج', 'البرنامج'], ['بودكاست', 'البودكاست'], ['والبرنامج', 'برنامج'], ['بالبرنامج', 'برنامج'], ['للبرنامج', 'برنامج'], ['حلقة', 'حلقات'], ['الدوري', 'الدورى'],
  ['مستشفى', 'مستشفي'], ['علي', 'على'], ['مدرسة', 'مدرسه'], ['أحمد', 'احمد'], ['إسلام', 'اسلام'], ['آمال', 'امال'], ['مُحَمَّد', 'محمد'], ['البرنــامج', 'البرنامج'], ['١٢', '12'],
  ['۱۲', '12'], ['هٰذا', 'هذا'], ['ٱلله', 'الله'], ['مسؤول', 'مسئول'], ['کتاب', 'كتاب'], ['برامج', 'برنامج'], ['مك\u200cتبة', 'مكتبة'], ['مك\u200dتبة', 'مكتبة'],
  ['\u202bمكتبة\u202c', 'مكتبة'], ['ﷲ', 'الله'], ['ﻻعب', 'لاعب'], ['القهوه', 'القهوة'], ['قهوة', 'القهوة'], ['رحلتي', 'رحلتى'], ['القران', 'القرآن'],
] as const;
const englishPairs = [['episode', 'Episodes'], ['RUNNING', 'run'], ['cafe', 'Café'], ['Dugun', 'Düğün'], ['program', 'programmes'], ["dont", "don’t"], ['ahmed', "Ahmed's"], ['ｍｐ３', 'MP3']] as const;

const queriesThatAreText = [
  '"', '"قهوة', 'قهوة AND', 'AND قهوة', 'قهوة OR', 'NOT قهوة', '*', 'قهوة*', 'NEAR(قهوة كوب)', 'NEAR(', 'text:قهوة', 'facets : قهوة', '{text}', '(((', ')', 'قهوة)', '^قهوة', '-قهوة', '+قهوة',
  'a~99', '/regex/', '_exists_:x', '!!', '&', '|', '<->', '\\', "قهوة'; drop table texts; --", '\u0000', 'قهوة\u0000', '\ud800', '%_', 'k:program', 'rank',
];

/** The whole promise of {@link SearchIndex}, for every adapter. `makeIndex` gives an empty one. */
export function describeSearchIndex(name: string, { refreshIsImmediate }: SearchIndexFeatures, makeIndex: () => Promise<SearchIndex>): void {
  describe(`the search index of ${name}`, () => {
    let index: SearchIndex;
    let expected: number;

    beforeEach(async () => {
      index = await makeIndex();
      expected = 0;
    });
    afterEach(() => index.close());

    const settle = async (): Promise<void> => {
      if (!refreshIsImmediate) await eventually(() => index.count(), (count) => count === expected, 'what was written is found');
    };
    const fill = async (documents: readonly PublicDocument[]): Promise<void> => {
      await index.upsert(documents);
      expected += documents.length;
      await settle();
    };
    const fillPrograms = (texts: Readonly<Record<string, Texts>>): Promise<void> => fill(Object.entries(texts).map(([id, text]) => buildProgram(id, text)));
    const search = (text: string, filters: SearchFilters = {}, limit = 20, after?: Place): Promise<SearchPage> => index.search({ text, filters, limit, after });
    const ids = async (text: string, filters: SearchFilters = {}): Promise<string[]> => (await search(text, filters)).hits.map(({ id }) => id);

    describe('words', () => {
      it.each([...arabicPairs, ...englishPairs])('finds by %s what is spelled %s, and the other way round', async (one, other) => {
        await fill([buildProgram('one', { ar: one }), buildProgram('other', { ar: other }), buildProgram('neither', { ar: 'شيء مختلف different' })]);
        expect((await ids(one)).toSorted()).toEqual(['one', 'other']);
        expect((await ids(other)).toSorted()).toEqual(['one', 'other']);
      });

      it('finds words of descriptions, tags and people, and no markup', async () => {
        await fill([buildProgram('a', { en: ['Title', '<p class="zebra">Deep <b>water</b> swimming</p>'] }, { tags: ['nature'], people: [{ name: 'ليلى حسن', role: 'host' }] })]);
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
        ['the exact spelling above one folded alike, and that above one of the same stem', 'القهوة', ['القهوة', 'القهوه', 'قهوة']],
        ['علي above على', 'علي', ['علي', 'على']],
        ['على above علي', 'على', ['على', 'علي']],
        ['عربي above عربية', 'عربي', ['عربي', 'عربية']],
        ['the word above its plural', 'episode', ['episode', 'episodes']],
      ])('puts %s', async (_rule, text, order) => {
        const other = order.map((title, at) => buildProgram(`p${at}`, { ar: `${title} والناس` }));
        await fill([...other.toReversed(), ...['جبل', 'بحر', 'sea'].map((title) => buildProgram(title, { ar: `${title} والناس` }))]);
        expect(await ids(text)).toEqual(order.map((_, at) => `p${at}`));
      });

      it('puts a title above a description, both words above one, and neighbours above strangers', async () => {
        await fillPrograms({
          description: { en: ['A day outside', 'the history of coffee'] }, title: { en: ['Coffee history', 'a day outside and so'] },
          apart: { en: ['One day', 'history and in between many words then coffee'] }, single: { en: ['Another day', 'all about coffee and so on'] },
        });
        expect(await ids('coffee history')).toEqual(['title', expect.any(String), expect.any(String), 'single']);
        await fillPrograms({ near: { en: ['x', 'the silent planet sings tonight'] }, far: { en: ['x', 'the planet sings silent tonight'] } });
        expect((await ids('silent planet'))).toEqual(['near', 'far']);
      });

      it('puts first the title that says exactly what was asked', async () => {
        await fillPrograms({ other: { en: ['You me you', 'you you you'] }, long: { en: ['Love Love Love', 'love love'] }, love: { en: ['Love', 'A man meets a woman'] }, this: { en: 'This Is It' }, sea: { en: 'The sea' }, hill: { en: 'A hill' } });
        expect((await ids('love'))[0]).toBe('love');
        expect((await ids('this is it'))[0]).toBe('this');
      });

      it('gives scores that never rise', async () => {
        await fill(Array.from({ length: 30 }, (_, at) => buildProgram(`d${at}`, { en: ['Day', 'night '.repeat(at % 7) + 'and day'] })));
        const scores = (await search('night')).hits.map(({ score }) => score);
        expect(scores.length).toBeGreaterThan(1);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      });
    });

    describe('filters', () => {
      beforeEach(() => fill([
        buildProgram('p-ar', { ar: 'قهوة' }, { category: 'food.drinks', type: 'series' }),
        buildProgram('p-both', { ar: 'قهوة', 'en-GB': 'قهوة English' }, { category: 'society-culture' }),
        buildEpisode('e-ar', { ar: 'قهوة' }, { category: 'food' }),
        buildEpisode('e-en', { en: 'قهوة English' }, { category: 'food.drinks', type: 'film' }),
      ]));

      it.each([
        [{}, ['e-ar', 'e-en', 'p-ar', 'p-both']], [{ kind: 'episode' }, ['e-ar', 'e-en']], [{ type: 'podcast' }, ['e-ar', 'p-both']], [{ category: 'food.drinks' }, ['e-en', 'p-ar']],
        [{ category: 'food' }, ['e-ar', 'e-en', 'p-ar']], [{ language: 'ar' }, ['e-ar', 'p-ar', 'p-both']], [{ language: 'en' }, ['e-en', 'p-both']], [{ language: 'en-GB' }, ['p-both']],
        [{ kind: 'program', category: 'society-culture', language: 'en' }, ['p-both']], [{ kind: 'program', type: 'film' }, []], [{ category: 'none' }, []],
      ] as [SearchFilters, string[]][])('with %j', async (filters, found) => {
        const { hits, total } = await search('قهوة', filters);
        expect(hits.map(({ id }) => id).toSorted()).toEqual(found);
        expect(total).toEqual({ value: found.length, relation: 'eq' });
      });

      it('answers in the language filtered by', async () => {
        expect((await search('قهوة', { language: 'en' })).hits.map(({ language }) => language).toSorted()).toEqual(['en', 'en-GB']);
      });
    });

    describe('highlights', () => {
      it('marks every form of a word in the original spelling, escaped', async () => {
        await fill([buildProgram('a', { ar: ['قِصَّة «القَهْوة» & <غيرها>', '<p>عن القهوةِ وقهوتنا &lt;script&gt;</p>'] })]);
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

    describe('what was typed is text', () => {
      beforeEach(() => fillPrograms({ coffee: { ar: ['قهوة', 'كوب'] }, other: { en: 'regex exists near rank program' } }));

      it.each(queriesThatAreText)('%j', async (text) => {
        const { hits } = await search(text);
        const found = hits.map(({ id }) => id);
        if (text.includes('قهوة')) expect(found).toContain('coffee');
        else expect(found).not.toContain('coffee');
      });

      it.each(['', '   ', '\n', '😀', '❤️ 😀', '!?…', 'في'])('finds nothing by %j', async (text) => {
        const { hits, total, next } = await search(text);
        expect({ hits, total, next }).toEqual({ hits: [], total: { value: 0, relation: 'eq' }, next: undefined });
      });

      it('takes 500 characters of many words', async () => {
        expect(await ids(`قهوة ${Array.from({ length: 120 }, (_, at) => `w${at}`).join(' ')}`.slice(0, 500))).toEqual(['coffee']);
      });
    });

    describe('revisions', () => {
      const version = (revision: number, title: string): PublicDocument => buildProgram('a', { en: title }, { revision });

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
        expected = 1;
        await settle();
        expect([await ids('first'), await ids('second'), await ids('third')]).toEqual([[], [], ['a']]);
      });

      it('lets no late document return after its tombstone, and a newer one return', async () => {
        await fill([version(1, 'first')]);
        await index.remove([buildTombstone('a', 3)]);
        await index.upsert([version(2, 'second')]);
        expected = 0;
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

    describe('pages', () => {
      const walk = async (text: string, limit: number, between: (page: number) => Promise<void> = () => Promise.resolve()): Promise<string[]> => {
        const seen: string[] = [];
        let after: Place | undefined;
        for (let page = 0; ; page++) {
          const { hits, next } = await search(text, {}, limit, after);
          seen.push(...hits.map(({ id }) => id));
          if (next === undefined) return seen;
          after = JSON.parse(JSON.stringify(next)) as Place;
          await between(page);
        }
      };
      const many = (count: number, prefix = 'd'): PublicDocument[] =>
        Array.from({ length: count }, (_, at) => buildProgram(`${prefix}${at}`, { en: [`Night ${at}`, 'night '.repeat(at % 5)] }, { releasedAt: new Date(Date.UTC(2020, 0, 1 + (at % 400))).toISOString() }));

      it('shows every hit once', async () => {
        await fill(many(45));
        const whole = await walk('night', 100);
        expect(new Set(whole).size).toBe(45);
        expect(await walk('night', 7)).toEqual(whole);
      });

      it('shows none twice while documents come, change and go', async () => {
        await fill(many(45));
        const seen = await walk('night', 10, async (page) => {
          await index.upsert([...many(5, `new${page}-`), buildProgram('d3', { en: `Night night ${page}` }, { revision: page + 2 })]);
          await index.remove([buildTombstone(`d${20 + page}`, 9)]);
        });
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.length).toBeGreaterThan(35);
      });

      it('lets the first 1,000 hits be paged through and says that there are more', async () => {
        await fill(many(1_050));
        expect((await search('night')).total).toEqual({ value: 1_000, relation: 'gte' });
        const seen = await walk('night', 100);
        expect([seen.length, new Set(seen).size]).toEqual([1_000, 1_000]);
      });

      it('refuses a place that is none of its own', async () => {
        await fill(many(5));
        for (const place of [['x'], ['x', 1, 1], [], [null as unknown as string, 0, 0]]) await expect(search('night', {}, 2, place)).rejects.toThrow(PlaceExpired);
      });

      it('names the same generation as long as it is not built anew', async () => {
        const { generation } = await search('night');
        await fill(many(3));
        expect((await search('night')).generation).toBe(generation);
      });
    });
  });
}

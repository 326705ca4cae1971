import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FacetCount, Facets } from '@mediamesh/contracts';
import type { IndexUnderTest } from './index-under-test.contract.js';
import { buildEpisode, buildProgram, buildTombstone } from './public-document.builder.js';
import type { SearchFilters } from './search-index.js';

const counts = (one: Readonly<Record<string, number>>): FacetCount[] =>
  Object.entries(one).map(([value, count]) => ({ value, count }));

const facetNames = ['kind', 'type', 'category', 'language'] as const;

/** What a search counts for its filters. */
export function describeFacets(tested: IndexUnderTest): void {
  describe('facets', () => {
    beforeEach(() =>
      tested.fill([
        buildProgram('p-ar', { ar: 'قهوة' }, { category: 'food.drinks', type: 'series' }),
        buildProgram(
          'p-both',
          { ar: 'القهوه', 'en-GB': 'قهوة English', 'en-US': 'قهوة American' },
          { category: 'society-culture' },
        ),
        buildEpisode('e-ar', { ar: 'قهوة' }, { category: 'food' }),
        buildEpisode('e-en', { en: 'قهوة English' }, { category: 'food.drinks', type: 'film' }),
        buildEpisode('other', { ar: 'شاي', fr: 'thé' }, { category: 'tea', type: 'documentary' }),
      ]),
    );

    it('count what is found, each document once for a value, those above and around it included', async () => {
      expect(await tested.facets('قهوة')).toEqual({
        kind: counts({ episode: 2, program: 2 }),
        type: counts({ podcast: 2, film: 1, series: 1 }),
        category: counts({ food: 3, 'food.drinks': 2, 'society-culture': 1 }),
        language: counts({ ar: 3, en: 2, 'en-GB': 1, 'en-US': 1 }),
        exact: true,
      });
    });

    it.each([
      [
        { kind: 'episode', category: 'food.drinks' },
        {
          kind: { episode: 1, program: 1 },
          type: { film: 1 },
          category: { food: 2, 'food.drinks': 1 },
          language: { en: 1 },
        },
      ],
      [
        { language: 'en' },
        {
          kind: { episode: 1, program: 1 },
          type: { film: 1, podcast: 1 },
          category: { food: 1, 'food.drinks': 1, 'society-culture': 1 },
          language: { ar: 3, en: 2, 'en-GB': 1, 'en-US': 1 },
        },
      ],
      [
        { category: 'food', language: 'ar' },
        {
          kind: { episode: 1, program: 1 },
          type: { podcast: 1, series: 1 },
          category: { food: 2, 'food.drinks': 1, 'society-culture': 1 },
          language: { ar: 2, en: 1 },
        },
      ],
      [
        { type: 'film', category: 'none' },
        { kind: {}, type: {}, category: { food: 1, 'food.drinks': 1 }, language: {} },
      ],
    ] as [SearchFilters, Record<(typeof facetNames)[number], Record<string, number>>][])(
      'leave their own filter out and keep the others: %j',
      async (filters, expected) => {
        const facets = await tested.facets('قهوة', filters);
        expect(facets).toEqual({
          ...Object.fromEntries(facetNames.map((name) => [name, counts(expected[name])])),
          exact: true,
        });
      },
    );

    it('count what the filter would leave', async () => {
      const facets = (await tested.facets('قهوة')) as Facets;
      for (const name of facetNames) {
        for (const { value, count } of facets[name])
          expect([name, value, (await tested.search('قهوة', { [name]: value })).total.value]).toEqual([
            name,
            value,
            count,
          ]);
      }
    });

    it('are missing where nobody asked, and empty where nothing is found', async () => {
      expect((await tested.search('قهوة')).facets).toBeUndefined();
      const none = { kind: [], type: [], category: [], language: [], exact: true };
      for (const text of ['', '😀', 'zebra']) expect([text, await tested.facets(text)]).toEqual([text, none]);
    });

    it('follow what is changed and withdrawn', async () => {
      await tested.index.remove([buildTombstone('p-ar', 2)]);
      await tested.index.upsert([buildEpisode('e-ar', { ar: 'قهوة' }, { category: 'tea', revision: 2 })]);
      await tested.settle();
      expect(await tested.facets('قهوة')).toMatchObject({
        kind: counts({ episode: 2, program: 1 }),
        category: counts({ food: 1, 'food.drinks': 1, 'society-culture': 1, tea: 1 }),
      });
    });

    it('are the same on every page, and give no more than 50 values, the most frequent', async () => {
      const many = Array.from({ length: 60 }, (_, at) =>
        buildProgram(`c${at}`, { en: 'Night' }, { category: `c${String(at).padStart(2, '0')}` }),
      );
      await tested.fill([
        ...many,
        ...[55, 58].map((at) => buildEpisode(`more${at}`, { en: 'Night' }, { category: `c${at}` })),
      ]);
      const { facets, next } = await tested.index.search({ text: 'night', filters: {}, limit: 10, facets: true });
      expect(facets?.category.slice(0, 3)).toEqual([
        { value: 'c55', count: 2 },
        { value: 'c58', count: 2 },
        { value: 'c00', count: 1 },
      ]);
      expect(facets?.category).toHaveLength(50);
      expect(
        (await tested.index.search({ text: 'night', filters: {}, limit: 10, facets: true, after: next })).facets,
      ).toEqual(facets);
    });

    it('are exact, or say that they are estimates and come near', async () => {
      const total = 3_000;
      await tested.fill(
        Array.from({ length: total }, (_, at) =>
          buildProgram(
            `n${at}`,
            { en: `Night ${at}` },
            {
              category: at % 3 === 0 ? 'arts' : 'history',
              releasedAt: new Date(Date.UTC(2020, 0, 1 + (at % 97))).toISOString(),
            },
          ),
        ),
      );
      const facets = (await tested.facets('night')) as Facets;
      expect(facets.category.map(({ value }) => value)).toEqual(['history', 'arts']);
      for (const [name, value, truth] of [
        ['category', 'history', 2_000],
        ['category', 'arts', 1_000],
        ['kind', 'program', 3_000],
        ['language', 'en', 3_000],
      ] as const) {
        const count = facets[name].find((one) => one.value === value)?.count ?? 0;
        if (facets.exact) expect([value, count]).toEqual([value, truth]);
        else expect(Math.abs(count - truth) / truth).toBeLessThan(0.2);
      }
    });
  });
}

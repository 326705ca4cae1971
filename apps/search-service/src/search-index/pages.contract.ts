import { describe, expect, it } from '@jest/globals';
import type { PublicDocument } from '@mediamesh/contracts';
import type { IndexUnderTest } from './index-under-test.contract.js';
import { buildProgram, buildTombstone } from './public-document.builder.js';
import { PlaceExpired, type Place, type SearchFilters } from './search-index.js';

/** Lists that are longer than a page. */
export function describePages(tested: IndexUnderTest): void {
  describe('pages', () => {
    const walk = async (
      text: string,
      limit: number,
      between: (page: number) => Promise<void> = () => Promise.resolve(),
    ): Promise<string[]> => {
      const seen: string[] = [];
      let after: Place | undefined;
      for (let page = 0; ; page++) {
        const { hits, next } = await tested.search(text, {}, { limit, after });
        seen.push(...hits.map(({ id }) => id));
        if (next === undefined) return seen;
        after = JSON.parse(JSON.stringify(next)) as Place;
        await between(page);
      }
    };
    const many = (count: number, prefix = 'd'): PublicDocument[] =>
      Array.from({ length: count }, (_, at) =>
        buildProgram(
          `${prefix}${at}`,
          { en: [`Night ${at}`, 'night '.repeat(at % 5)] },
          { releasedAt: new Date(Date.UTC(2020, 0, 1 + (at % 400))).toISOString() },
        ),
      );

    it('shows every hit once', async () => {
      await tested.fill(many(45));
      const whole = await walk('night', 100);
      expect(new Set(whole).size).toBe(45);
      expect(await walk('night', 7)).toEqual(whole);
    });

    it('shows none twice while documents come, change and go', async () => {
      await tested.fill(many(45));
      const seen = await walk('night', 10, async (page) => {
        await tested.index.upsert([
          ...many(5, `new${page}-`),
          buildProgram('d3', { en: `Night night ${page}` }, { revision: page + 2 }),
        ]);
        await tested.index.remove([buildTombstone(`d${20 + page}`, 9)]);
      });
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThan(35);
    });

    it('lets the first 1,000 hits be paged through and says that there are more', async () => {
      await tested.fill(many(1_050));
      expect((await tested.search('night')).total).toEqual({ value: 1_000, relation: 'gte' });
      const seen = await walk('night', 100);
      expect([seen.length, new Set(seen).size]).toEqual([1_000, 1_000]);
    });

    it('refuses a place that is none of its own', async () => {
      await tested.fill(many(5));
      for (const place of [['x'], ['x', 1, 1], [], [null as unknown as string, 0, 0]])
        await expect(tested.search('night', {}, { limit: 2, after: place })).rejects.toThrow(PlaceExpired);
    });

    it('names the same generation as long as it is not built anew', async () => {
      const { generation } = await tested.search('night');
      await tested.fill(many(3));
      expect((await tested.search('night')).generation).toBe(generation);
      expect(await tested.index.generation()).toBe(generation);
    });

    describe('of what has changed since', () => {
      const day = (at: number): string => new Date(Date.UTC(2026, 2, 1 + at)).toISOString();
      const ids = Array.from({ length: 9 }, (_, at) => `d${at}`);
      const night = (id: string, texts: Readonly<Record<string, string>>, revision = 1): PublicDocument =>
        buildProgram(id, texts, { revision, releasedAt: day(ids.indexOf(id)) });

      /** Two pages of three, and the documents of the third; each document is the only one of its day. */
      const readTwoPages = async (filters: SearchFilters = {}) => {
        const first = await tested.search('night', filters, { limit: 3 });
        const second = await tested.search('night', filters, { limit: 3, after: first.next });
        const shown = new Set([...first.hits, ...second.hits].map(({ id }) => id));
        return {
          readThird: async () => (await tested.search('night', filters, { limit: 3, after: second.next })).hits,
          left: ids.filter((id) => !shown.has(id)),
        };
      };

      it('leave out what is gone or matches no more, and put nothing in its place', async () => {
        await tested.fill(ids.map((id) => night(id, { en: `Night ${id}` })));
        const {
          readThird,
          left: [gone = '', changed = '', kept = ''],
        } = await readTwoPages();
        await tested.index.remove([buildTombstone(gone, 2)]);
        await tested.index.upsert([
          night(changed, { en: 'Desert' }, 2),
          buildProgram('stranger', { en: 'Desert' }, { releasedAt: day(ids.indexOf(gone)) }),
        ]);
        await tested.settle();
        expect((await readThird()).map(({ id }) => id)).toEqual([kept]);
      });

      it('show what still matches in a language that it has, and that was asked for', async () => {
        await tested.fill(ids.map((id) => night(id, { fr: 'Nuit', en: `Night ${id}` })));
        const {
          readThird,
          left: [one = '', other = '', last = ''],
        } = await readTwoPages({ language: 'en' });
        await tested.index.upsert([night(one, { en: `Night ${one}` }, 2), night(other, { fr: 'Night' }, 2)]);
        await tested.settle();
        expect((await readThird()).map(({ id, language }) => [id, language]).toSorted()).toEqual(
          [
            [one, 'en'],
            [last, 'en'],
          ].toSorted(),
        );
      });
    });
  });
}

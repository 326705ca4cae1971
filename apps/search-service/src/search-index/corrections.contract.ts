import { beforeEach, describe, expect, it } from '@jest/globals';
import type { IndexUnderTest } from './index-under-test.contract.js';
import { buildEpisode, buildProgram, buildTombstone } from './public-document.builder.js';

/** What a search that found nothing proposes instead. */
export function describeCorrections(tested: IndexUnderTest, queriesThatAreText: readonly string[]): void {
  describe('corrections', () => {
    beforeEach(() =>
      tested.fill([
        buildProgram('coffee', {
          en: ['Coffee History', 'A documentary about mountains and education'],
          ar: ['برنامج القَهْوة', 'رحلة إلى الجغرافيا والتاريخ مع الأصدقاء'],
        }),
        buildProgram('mountain', {
          en: ['A mountain', 'Television and government'],
          ar: ['جبل', 'مسلسل تاريخي في المستشفى'],
        }),
        buildEpisode('fountain', { en: 'The fountain' }),
      ]),
    );

    it('propose for one or two wrong letters the nearest word there is, as it is spelled', async () => {
      for (const [typed, meant] of [
        ['cofee', 'coffee'],
        ['coffe', 'coffee'],
        ['coffeee', 'coffee'],
        ['histroy', 'history'],
        ['HISTERY', 'history'],
        ['mountian', 'mountain'],
        ['educatoin', 'education'],
        ['documantery', 'documentary'],
        ['goverment', 'government'],
        ['televison', 'television'],
        ['برنامح', 'برنامج'],
        ['برناج', 'برنامج'],
        ['القهووة', 'القهوة'],
        ['الجعرفيا', 'الجغرافيا'],
        ['الاصدفاء', 'الأصدقاء'],
        ['مسلسسل', 'مسلسل'],
        ['cofee histroy', 'coffee history'],
        ['برنامح القهووة', 'برنامج القهوة'],
      ] as const) {
        const { hits, didYouMean } = await tested.search(typed);
        expect({ typed, hits, didYouMean: didYouMean?.toLowerCase() }).toEqual({ typed, hits: [], didYouMean: meant });
        expect((await tested.ids(meant)).length).toBeGreaterThan(0);
      }
    });

    it('propose nothing where something is found', async () => {
      for (const text of ['coffee', 'القهوه', 'mountains', 'قهوة', 'history']) {
        const { hits, didYouMean } = await tested.search(text);
        expect([text, hits.length > 0, didYouMean]).toEqual([text, true, undefined]);
      }
    });

    it('propose nothing for what is near to nothing, or too short, or no words', async () => {
      const rubbish = [
        'xqzvkw',
        'qwrtpsdfghjklzxcvbnm',
        'ظظظظظظ',
        '98765',
        'a',
        'zz',
        'كك',
        '',
        '   ',
        '😀',
        'the',
        'في',
        '7',
        'xkcd jqx vwz',
        'x'.repeat(500),
      ];
      for (const text of [...rubbish, ...queriesThatAreText.filter((one) => !one.includes('قهوة'))])
        expect([text, await tested.didYouMean(text)]).toEqual([text, undefined]);
    });

    it('propose only what finds something with the same filters', async () => {
      expect(await tested.didYouMean('fountian')).toBe('fountain');
      expect(await tested.didYouMean('fountian', { kind: 'episode' })).toBe('fountain');
      expect(await tested.didYouMean('televison', { kind: 'episode' })).toBeUndefined();
      expect(await tested.didYouMean('televison', { language: 'ar' })).toBeUndefined();
      expect(await tested.didYouMean('coffee', { kind: 'episode' })).toBeUndefined();
      for (const filters of [{ kind: 'program' }, { kind: 'episode' }] as const) {
        const proposed = await tested.didYouMean('fountian', filters);
        if (proposed !== undefined) expect(await tested.ids(proposed, filters)).not.toEqual([]);
      }
    });

    it('come only from what can be found now', async () => {
      await tested.index.remove([buildTombstone('fountain', 2)]);
      await tested.index.upsert([buildProgram('mountain', { en: 'A hill' }, { revision: 2 })]);
      await tested.settle();
      expect(await tested.didYouMean('televison')).toBeUndefined();
      expect(await tested.didYouMean('fountian')).not.toBe('fountain');
      expect(await tested.didYouMean('goverment')).toBeUndefined();
    });
  });
}

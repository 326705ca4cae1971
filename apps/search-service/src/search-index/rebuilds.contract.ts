import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PublicDocument, Tombstone } from '@mediamesh/contracts';
import { eventually } from '@mediamesh/testing';
import type { IndexUnderTest } from './index-under-test.contract.js';
import { buildProgram, buildTombstone } from './public-document.builder.js';
import { PlaceExpired, RebuildGivenUp, type SearchIndex } from './search-index.js';

const night = (id: string, revision = 1, word = ''): PublicDocument =>
  buildProgram(id, { en: `Night ${word}` }, { revision });

/** An index that is made anew beside the one that answers. */
export function describeRebuilds(tested: IndexUnderTest): void {
  describe('a rebuild', () => {
    let index: SearchIndex;
    beforeEach(async () => {
      index = tested.index;
      await tested.fill([night('kept'), night('stale', 1, 'before'), night('ghost', 7)]);
    });

    const found = async (text = 'night'): Promise<string[]> =>
      (await tested.index.search({ text, filters: {}, limit: 100 })).hits.map(({ id }) => id).toSorted();
    const all = ['ghost', 'kept', 'stale'];

    it('leaves the old index answering until it is finished, and then the new one alone answers', async () => {
      const before = await index.generation();
      const rebuild = await index.rebuild();
      expect(rebuild.generation).not.toBe(before);
      await rebuild.add([night('kept'), night('stale', 2, 'after'), night('new')]);
      expect([await found(), await found('after'), await index.count(), await index.generation()]).toEqual([
        all,
        [],
        3,
        before,
      ]);
      await rebuild.finish();
      expect([await found(), await found('after'), await found('before'), await index.count()]).toEqual([
        ['kept', 'new', 'stale'],
        ['stale'],
        [],
        3,
      ]);
      const { titles, generation } = await index.suggest('nig', { limit: 10 });
      expect([await index.generation(), (await tested.search('night')).generation, generation]).toEqual([
        rebuild.generation,
        rebuild.generation,
        rebuild.generation,
      ]);
      expect(titles.map(({ id }) => id)).not.toContain('ghost');
    });

    it('takes documents and tombstones in any order, and forgets neither', async () => {
      const rebuild = await index.rebuild();
      await rebuild.add([buildTombstone('gone', 5), night('late', 3, 'newer'), night('early', 1)]);
      await rebuild.add([night('gone', 4), night('late', 2, 'older'), buildTombstone('early', 2)]);
      await rebuild.finish();
      await tested.fill([night('gone', 5), night('early', 2)]);
      expect([await found(), await found('newer')]).toEqual([['late'], ['late']]);
    });

    it('loses nothing that is written meanwhile, and raises nothing from the dead', async () => {
      const rebuild = await index.rebuild();
      await index.upsert([night('live', 5, 'live'), night('stale', 9, 'live')]);
      await index.remove([buildTombstone('kept', 9), buildTombstone('unseen', 9)]);
      await tested.settle();
      expect(await found()).toEqual(['ghost', 'live', 'stale']);
      await rebuild.add([night('live', 1), night('stale', 2), night('kept', 3), night('unseen', 3), night('ghost', 7)]);
      await rebuild.finish();
      expect([await found(), await found('live')]).toEqual([
        ['ghost', 'live', 'stale'],
        ['live', 'stale'],
      ]);
      await tested.fill([night('kept', 9), night('unseen', 9), night('live', 5, 'late')]);
      expect([await found(), await found('late')]).toEqual([['ghost', 'live', 'stale'], []]);
    });

    it('holds exactly what it should after many writes side by side, and is never empty in between', async () => {
      // What is public, as its owner knows it: first it changes there, then in the index.
      const truth = new Map<string, PublicDocument | Tombstone>(
        [
          ...Array.from({ length: 300 }, (_, at) => night(`s${at}`)),
          night('kept'),
          night('stale', 1, 'before'),
          night('ghost', 7),
        ].map((one) => [one.id, one]),
      );
      const documents = (): PublicDocument[] => [...truth.values()].filter((one) => 'localizations' in one);
      await tested.fill(documents());
      let going = true;
      let searches = 0;
      const searching = (async () => {
        for (; going; searches++) {
          const { total } = await index.search({ text: 'night', filters: {}, limit: 10 });
          if (total.value < 150) throw new Error(`A search found ${total.value}`);
        }
      })();
      const writing = (async () => {
        for (let step = 0; going; step++) {
          const revision = 10 + step * 2;
          const changed = [night(`s${(step * 7) % 300}`, revision, 'live'), night(`w${step % 50}`, revision, 'live')];
          for (const one of changed) truth.set(one.id, one);
          await index.upsert(changed);
          if (step % 3 !== 0 || documents().length < 250) continue;
          const gone = buildTombstone(`s${(step * 11 + 3) % 300}`, revision + 1);
          truth.set(gone.id, gone);
          await index.remove([gone]);
        }
      })();
      const rebuild = await index.rebuild();
      const ids = [...truth.keys()];
      for (let at = 0; at < ids.length; at += 10)
        await rebuild.add(ids.slice(at, at + 10).flatMap((id) => truth.get(id) ?? []));
      await rebuild.finish();
      const after = searches;
      await eventually(
        () => searches,
        (count) => count > after + 3,
        'searches go on after the swap',
      );
      going = false;
      await Promise.all([searching, writing]);
      await tested.settle();
      expect(await index.count()).toBe(documents().length);
      const changed = documents().flatMap(({ id, revision }) => (revision >= 10 ? [id] : []));
      const live: string[] = [];
      let page = await index.search({ text: 'live', filters: {}, limit: 100 });
      for (; page.next; page = await index.search({ text: 'live', filters: {}, limit: 100, after: page.next }))
        live.push(...page.hits.map(({ id }) => id));
      live.push(...page.hits.map(({ id }) => id));
      expect(live.toSorted()).toEqual(changed.toSorted());
    });

    it('refuses the places of lists that the old index made', async () => {
      const { next } = await index.search({ text: 'night', filters: {}, limit: 1 });
      const rebuild = await index.rebuild();
      await rebuild.add([night('kept'), night('stale'), night('ghost')]);
      expect((await index.search({ text: 'night', filters: {}, limit: 1, after: next })).hits).toHaveLength(1);
      await rebuild.finish();
      await expect(index.search({ text: 'night', filters: {}, limit: 1, after: next })).rejects.toThrow(PlaceExpired);
    });

    it('that is abandoned leaves the old index as it is', async () => {
      const before = await index.generation();
      const rebuild = await index.rebuild();
      await rebuild.add([night('other')]);
      await index.upsert([night('live')]);
      await rebuild.abandon();
      await rebuild.abandon();
      await expect(rebuild.add([night('more')])).rejects.toThrow(RebuildGivenUp);
      await expect(rebuild.finish()).rejects.toThrow(RebuildGivenUp);
      await tested.fill([night('later')]);
      expect([await found(), await index.generation()]).toEqual([[...all, 'later', 'live'].toSorted(), before]);
    });

    it('is given up by the next one', async () => {
      const first = await index.rebuild();
      await first.add([night('first')]);
      const second = await index.rebuild();
      expect(second.generation).not.toBe(first.generation);
      await second.add([night('second')]);
      await expect(first.add([night('more')])).rejects.toThrow(RebuildGivenUp);
      await expect(first.finish()).rejects.toThrow(RebuildGivenUp);
      await first.abandon();
      expect(await found()).toEqual(all);
      await second.finish();
      await second.abandon();
      expect([await found(), await index.generation()]).toEqual([['second'], second.generation]);
    });

    it('may follow another, as often as need be', async () => {
      for (const round of [1, 2, 3]) {
        const rebuild = await index.rebuild();
        await rebuild.add([night(`round${round}`), ...(round === 3 ? [] : [night('shared')])]);
        await rebuild.finish();
        await index.upsert([night(`live${round}`)]);
      }
      await tested.settle();
      expect(await found()).toEqual(['live3', 'round3']);
    });

    it('that is finished outlives the index being closed, with what came after', async () => {
      const rebuild = await index.rebuild();
      await rebuild.add([night('kept', 2, 'after'), buildTombstone('ghost', 8)]);
      await rebuild.finish();
      await index.upsert([night('later')]);
      const again = await tested.reopen();
      await again.upsert([night('ghost', 8)]);
      await tested.settle();
      expect([await found(), await found('after'), await again.generation()]).toEqual([
        ['kept', 'later'],
        ['kept'],
        rebuild.generation,
      ]);
    });

    it('that is not finished is forgotten when the index is closed', async () => {
      const before = await index.generation();
      const rebuild = await index.rebuild();
      await rebuild.add([night('other')]);
      await index.upsert([night('live')]);
      const again = await tested.reopen();
      await expect(rebuild.finish()).rejects.toThrow();
      await tested.settle();
      expect([await found(), await again.generation()]).toEqual([[...all, 'live'].toSorted(), before]);
      const next = await again.rebuild();
      await next.add([night('next')]);
      await next.finish();
      expect(await found()).toEqual(['next']);
    });

    it('takes a large page at once', async () => {
      const rebuild = await index.rebuild();
      const page: (PublicDocument | Tombstone)[] = Array.from({ length: 600 }, (_, at) =>
        at % 3 === 0 ? buildTombstone(`t${at}`, 1) : night(`p${at}`),
      );
      await rebuild.add(page);
      await rebuild.finish();
      expect(await index.count()).toBe(400);
    });
  });
}

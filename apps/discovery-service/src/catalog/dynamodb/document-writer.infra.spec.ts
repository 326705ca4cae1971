import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { PublicDocument, PublicEpisode, PublicProgram, Tombstone } from '@mediamesh/contracts';
import { DynamoDb, type Fields, type ItemUpdate } from '@mediamesh/dynamodb';
import { describeWithServer } from '@mediamesh/testing';
import { bury, createEpisode, createProgram, localize } from '../catalog.builder.js';
import { DynamoDbCatalogStore } from './dynamodb-catalog-store.js';
import { createTestCatalog, itemsAbout, type TestCatalog } from './dynamodb-catalog.builder.js';

type Stored = PublicDocument | Tombstone;

/**
 * A process that ends in the middle of one of its writes: half of a batch is written; a transaction is not made, or is
 * and nobody hears of it.
 */
class MortalDynamoDb extends DynamoDb {
  writesLeft = Infinity;
  /** What happens elsewhere before the nth write from now, 1 being the next. */
  readonly meanwhile = new Map<number, () => Promise<void>>();

  override async writeAll(
    table: string,
    { puts = [], removals = [] }: { puts?: readonly Fields[]; removals?: readonly Fields[] },
  ): Promise<void> {
    if (puts.length + removals.length === 0) return;
    await this.letOthers();
    const half = <T>(all: readonly T[]): readonly T[] =>
      this.isLast() ? all.slice(0, Math.floor(all.length / 2)) : all;
    await super.writeAll(table, { puts: half(puts), removals: half(removals) });
    this.count();
  }

  override async updateTogether(changes: readonly ItemUpdate[]): Promise<boolean> {
    await this.letOthers();
    this.count();
    const isDone = await super.updateTogether(changes);
    this.count();
    return isDone;
  }

  private async letOthers(): Promise<void> {
    const waiting = [...this.meanwhile];
    this.meanwhile.clear();
    for (const [write, others] of waiting) {
      if (write === 1) await others();
      else this.meanwhile.set(write - 1, others);
    }
  }

  private isLast(): boolean {
    return this.writesLeft === 1;
  }

  private count(): void {
    this.writesLeft -= 1;
    if (this.writesLeft === 0) throw new Error('The process ended');
  }
}

describeWithServer('dynamodb', 'documents written to DynamoDB', (endpoint) => {
  let catalog: TestCatalog;
  let mortal: MortalDynamoDb;
  beforeAll(async () => {
    catalog = await createTestCatalog(endpoint);
    mortal = new MortalDynamoDb(catalog.db.options);
  });
  afterAll(async () => {
    await mortal.close();
    await catalog.close();
  });

  /** Ends the process in its nth write, and the next time in the one after, until a put comes to its end. */
  const interruptEverywhere = async (
    prepare: () => Promise<{ late: Stored; verify: (isDone: boolean) => Promise<void> }>,
  ): Promise<number> => {
    for (let write = 1; ; write += 1) {
      const { late, verify } = await prepare();
      mortal.writesLeft = write;
      const isDone = await new DynamoDbCatalogStore(mortal).put(late).then(
        () => true,
        () => false,
      );
      mortal.writesLeft = Infinity;
      await verify(isDone);
      if (isDone) return write;
    }
  };

  const own = () => randomUUIDv7().replaceAll('-', '');
  interface Marked {
    readonly document: PublicProgram;
    readonly category: string;
    readonly title: string;
  }
  const markProgram = (changes: Partial<PublicProgram>): Marked => {
    const [category, title] = [`c${own()}`, `t${own()}`];
    return {
      category,
      title,
      document: createProgram({ ...changes, category, localizations: { ar: localize(title) } }),
    };
  };

  /** Everything by which a program can be found, as the public sees it. */
  const see = async ({ document: { id }, category, title }: Marked): Promise<unknown[]> => {
    const { store } = catalog;
    const revisionOf = (item?: { document: { revision: number } }) => item?.document.revision;
    const [item] = await store.read([id]);
    return [
      item?.document.category === category ? 'read' : 'not read',
      (await store.listPrograms({ category }, 'newest', { limit: 5 })).items.map(revisionOf),
      (
        await store.listPrograms({ category, type: 'podcast', languages: ['ar'] }, { titlesOf: 'ar' }, { limit: 5 })
      ).items.map(revisionOf),
      (await store.findByTitle(title, {}, { limit: 5 })).items.map(revisionOf),
      await store.countByTitle(title, {}, 5),
      revisionOf(await store.findProgramBySlug(title)),
      (await store.countProgramsByCategory()).get(category),
    ];
  };
  const whole = (revision: number) => ['read', [revision], [revision], [revision], 1, revision, 1];
  const nothing = ['not read', [], [], [], 0, undefined, undefined];

  it('show the old program or the new one wherever the process ends, and a redelivery finishes it', async () => {
    const writes = await interruptEverywhere(async () => {
      const before = markProgram({ revision: 1 });
      const after = markProgram({ id: before.document.id, revision: 2, releasedAt: '2026-05-05T00:00:00.000Z' });
      await catalog.put(before.document);
      return {
        late: after.document,
        verify: async (isDone) => {
          const seen = [await see(before), await see(after)];
          expect([
            [whole(1), nothing],
            [nothing, whole(2)],
          ]).toContainEqual(seen);
          if (isDone) expect(seen[1]).toEqual(whole(2));
          await catalog.put(after.document);
          expect([await see(before), await see(after)]).toEqual([nothing, whole(2)]);
          expect(await itemsAbout(catalog.db, before.document.id, 1)).toEqual([]);
        },
      };
    });
    expect(writes).toBeGreaterThan(4);
  });

  it('take away what an interrupted one has left, also when its event never comes again', async () => {
    await interruptEverywhere(async () => {
      const [first, lost, last] = [1, 2, 3].map((revision) => markProgram({ revision }));
      const id = first?.document.id ?? '';
      await catalog.put(first?.document ?? createProgram());
      return {
        late: { ...(lost?.document ?? createProgram()), id },
        verify: async () => {
          await catalog.put({ ...(last?.document ?? createProgram()), id });
          expect(await itemsAbout(catalog.db, id, 1)).toEqual([]);
          expect(await itemsAbout(catalog.db, id, 2)).toEqual([]);
          expect((await catalog.store.countProgramsByCategory()).get(lost?.category ?? '')).toBeUndefined();
        },
      };
    });
  });

  it('withdraw a program as a whole wherever the process ends', async () => {
    await interruptEverywhere(async () => {
      const program = markProgram({ revision: 1 });
      await catalog.put(program.document);
      const grave = bury(program.document);
      return {
        late: grave,
        verify: async () => {
          expect([whole(1), nothing]).toContainEqual(await see(program));
          await catalog.put(grave);
          expect(await see(program)).toEqual(nothing);
          expect((await itemsAbout(catalog.db, grave.id)).map(({ sk }) => sk)).toEqual(['state']);
        },
      };
    });
  });

  it('count an episode exactly when it can be found, wherever the process ends', async () => {
    await interruptEverywhere(async () => {
      const program = createProgram();
      const episode = createEpisode(program.id);
      await catalog.put(program);
      const seen = async () => [
        (await catalog.store.listEpisodes(program.id, {}, { limit: 5 }))?.items.length,
        await episodesOf(catalog.store, program.id),
        (await catalog.store.read([episode.id])).filter(Boolean).length,
      ];
      return {
        late: episode,
        verify: async () => {
          expect([
            [0, 0, 0],
            [1, 1, 1],
          ]).toContainEqual(await seen());
          await catalog.put(episode, episode);
          expect(await seen()).toEqual([1, 1, 1]);
          await catalog.put(bury(episode));
          expect(await seen()).toEqual([0, 0, 0]);
        },
      };
    });
  });

  /** Two processes, by turns. */
  const storeOf = (turn: number): DynamoDbCatalogStore => (turn % 2 ? new DynamoDbCatalogStore(mortal) : catalog.store);

  it('end as the highest revision when several processes write at once, in whatever order', async () => {
    for (let round = 0; round < 6; round += 1) {
      const first = markProgram({ revision: 1 });
      const { id } = first.document;
      const versions: Marked[] = [first, ...[2, 3, 4].map((revision) => markProgram({ id, revision }))];
      const writes: Stored[] = [...versions, ...versions].map(({ document }) => document);
      if (round % 2) writes.splice(3, 0, bury(first.document, 5));
      await Promise.all(writes.map((document, index) => storeOf(index + round).put(document)));
      const expected = versions.map(({ document }) =>
        round % 2 === 0 && document.revision === 4 ? whole(4) : nothing,
      );
      expect(await Promise.all(versions.map(see))).toEqual(expected);
      for (const revision of [1, 2, 3]) expect(await itemsAbout(catalog.db, id, revision)).toEqual([]);
    }
  });

  it.each([
    [1, Infinity],
    [2, Infinity],
    [3, Infinity],
    [2, 2],
  ])(
    'leave nothing of a late one that was overtaken before its write %s, also when its process ends in write %s',
    async (overtaken, end) => {
      const late = markProgram({ revision: 2 });
      const newer = markProgram({ id: late.document.id, revision: 3 });
      mortal.meanwhile.set(overtaken, () => catalog.put(newer.document));
      mortal.writesLeft = end;
      const isDone = await new DynamoDbCatalogStore(mortal).put(late.document).then(
        () => true,
        () => false,
      );
      mortal.writesLeft = Infinity;
      expect([isDone, await see(late), await see(newer)]).toEqual([end === Infinity, nothing, whole(3)]);
      if (!isDone) await catalog.put(late.document);
      expect(await itemsAbout(catalog.db, late.document.id, 2)).toEqual([]);
    },
  );

  it('count every episode once, in any order, after redeliveries, and when some are withdrawn', async () => {
    const program = createProgram();
    const episodes: PublicEpisode[] = Array.from({ length: 12 }, () => createEpisode(program.id));
    const graves = episodes.slice(0, 4).map((episode) => bury(episode));
    const writes: Stored[] = [...episodes.slice(0, 6), ...graves, program, ...episodes, ...graves.slice(0, 2)];
    for (let at = 0; at < writes.length; at += 4)
      await Promise.all(writes.slice(at, at + 4).map((document, index) => storeOf(index).put(document)));
    expect(await episodesOf(catalog.store, program.id)).toBe(8);
    expect((await catalog.store.listEpisodes(program.id, {}, { limit: 50 }))?.items).toHaveLength(8);
  });

  it('never leave a list for a moment in which their place in it does not change', async () => {
    const { document, category } = markProgram({ revision: 1 });
    await catalog.put(document);
    const isWriting = { now: true };
    const writing = (async () => {
      for (let revision = 2; revision < 30; revision += 1)
        await catalog.put({ ...document, revision, explicit: revision % 2 === 0 });
      isWriting.now = false;
    })();
    const seen = new Set<number>();
    for (let last = 0; isWriting.now;) {
      const [listed, sorted] = await Promise.all([
        catalog.store.listPrograms({ category }, 'newest', { limit: 3 }),
        catalog.store.listPrograms({ category }, { titlesOf: 'ar' }, { limit: 3 }),
      ]);
      expect([listed.items.length, sorted.items.length]).toEqual([1, 1]);
      const revision = listed.items[0]?.document.revision ?? 0;
      expect(revision).toBeGreaterThanOrEqual(last);
      last = revision;
      seen.add(revision);
    }
    await writing;
    expect(seen.size).toBeGreaterThan(3);
  });
});

async function episodesOf(store: DynamoDbCatalogStore, programId: string): Promise<number | undefined> {
  const [item] = await store.read([programId]);
  return item?.kind === 'program' ? item.episodeCount : undefined;
}

import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PublicDocument, PublicProgram, Tombstone } from '@mediamesh/contracts';
import { bury, createEpisode, createProgram, localize } from './catalog.builder.js';
import type { CatalogStore, ListPart, ListPosition } from './catalog-store.js';

/** An adapter under test: an empty store, and how a document is put into it. */
export interface CatalogStoreUnderTest {
  readonly store: CatalogStore;
  put(...documents: (PublicDocument | Tombstone)[]): Promise<void>;
  close(): Promise<void>;
}

/** The promise of {@link CatalogStore}, to be run whole on every adapter. */
export function describeCatalogStore(adapter: string, open: () => Promise<CatalogStoreUnderTest>): void {
  describe(`the catalogue kept by ${adapter}`, () => {
    let subject: CatalogStoreUnderTest;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.close());
    const put = (...documents: (PublicDocument | Tombstone)[]) => subject.put(...documents);
    const read = async (id: string) => (await subject.store.read([id]))[0];
    /** A category of the test's own, so that tests do not see each other's programs. */
    const ownCategory = () => `c${randomUUIDv7().replaceAll('-', '')}`;
    const dated = (day: number) => `2026-03-${String(day).padStart(2, '0')}T08:00:00.000Z`;

    it('gives back a program as it was put, with how many of its episodes are public', async () => {
      const program = createProgram();
      const [first, second] = [createEpisode(program.id), createEpisode(program.id)];
      await put(program, first, second, bury(second));
      expect(await read(program.id)).toEqual({ kind: 'program', document: program, episodeCount: 1 });
    });

    it('gives back an episode with the names of its program', async () => {
      const program = createProgram({ localizations: { ar: localize('فنجان'), en: localize('Finjan') } });
      const episode = createEpisode(program.id, { season: 2, number: '100.5' });
      await put(program, episode);
      const localizations = { ar: { title: 'فنجان', slug: 'فنجان' }, en: { title: 'Finjan', slug: 'finjan' } };
      expect(await read(episode.id)).toEqual({
        kind: 'episode',
        document: episode,
        program: { id: program.id, defaultLanguage: 'ar', localizations },
      });
    });

    it('ignores what comes with a lower revision, or with the same', async () => {
      const program = createProgram({ revision: 8 });
      await put(program, { ...program, revision: 7, explicit: true }, { ...program, explicit: true });
      expect(await read(program.id)).toMatchObject({ document: { revision: 8, explicit: false } });
    });

    it('replaces everything with a higher revision', async () => {
      const category = ownCategory();
      const program = createProgram({ category: ownCategory(), localizations: { ar: localize('قديم', 'قديم') } });
      const next: PublicProgram = {
        ...program,
        revision: 2,
        category,
        localizations: { en: localize('Newer', 'newer') },
      };
      await put(program, next);
      expect(await read(program.id)).toMatchObject({ document: next });
      expect(await listAll({ category: program.category ?? '' })).toEqual([]);
      expect(await listAll({ category })).toEqual([program.id]);
      expect(await subject.store.findProgramBySlug('قديم')).toBeUndefined();
      expect((await subject.store.findByTitle('قديم', {}, { limit: 5 })).items).toEqual([]);
    });

    it('does not bring a withdrawn program back with an older document', async () => {
      const program = createProgram({ revision: 3 });
      await put(bury(program, 4), program);
      expect(await read(program.id)).toBeUndefined();
      await put({ ...program, revision: 5 });
      expect(await read(program.id)).toBeDefined();
    });

    it('shows an episode only while its program is public too, whichever came first', async () => {
      const program = createProgram();
      const episode = createEpisode(program.id, { localizations: { ar: localize(`وحيدة ${program.id}`) } });
      const seen = async () => [
        (await read(episode.id)) !== undefined,
        (await subject.store.listEpisodes(program.id, {}, { limit: 5 }))?.items.length,
        (await subject.store.findByTitle(`وحيدة ${program.id}`, {}, { limit: 5 })).items.length,
        await subject.store.countByTitle(`وحيدة ${program.id}`, {}, 10),
      ];
      await put(episode);
      expect(await seen()).toEqual([false, undefined, 0, 0]);
      await put(program);
      expect(await seen()).toEqual([true, 1, 1, 1]);
      await put(bury(program, 2));
      expect(await seen()).toEqual([false, undefined, 0, 0]);
    });

    it('reads a batch in the order of its ids, undefined where there is nothing', async () => {
      const program = createProgram();
      const episode = createEpisode(program.id);
      const gone = createProgram();
      await put(program, episode, gone, bury(gone));
      const items = await subject.store.read([episode.id, gone.id, randomUUIDv7(), program.id, episode.id]);
      expect(items.map((item) => item?.document.id)).toEqual([
        episode.id,
        undefined,
        undefined,
        program.id,
        episode.id,
      ]);
      expect(await subject.store.read([])).toEqual([]);
    });

    it('finds a program by each of its slugs, by those it had, and by their other spellings', async () => {
      const mark = randomUUIDv7().slice(-12);
      const program = createProgram({
        localizations: { ar: localize('القهوة', `القهوة-${mark}`), en: localize('Coffee', `coffee-${mark}`) },
        formerSlugs: [{ slug: `قهوة-الصباح-${mark}`, language: 'ar' }],
      });
      await put(program);
      for (const slug of [`القهوة-${mark}`, `القهوه-${mark}`, `coffee-${mark}`, `قهوة-الصباح-${mark}`]) {
        expect((await subject.store.findProgramBySlug(slug))?.document.id).toBe(program.id);
      }
      expect(await subject.store.findProgramBySlug(`قهوة-${mark}`)).toBeUndefined();
      await put(bury(program));
      expect(await subject.store.findProgramBySlug(`coffee-${mark}`)).toBeUndefined();
    });

    it('lists the newest programs first and goes on exactly while others come and go', async () => {
      const category = ownCategory();
      const programs = [1, 2, 3, 3, 3, 4].map((day) => createProgram({ category, releasedAt: dated(day) }));
      await put(...programs);
      const first = await subject.store.listPrograms({ category }, 'newest', { limit: 2 });
      await put(createProgram({ category, releasedAt: dated(9) }), bury(first.items[1]?.document ?? createProgram()));
      const rest = await listAll({ category }, 'newest', first.next);
      const expected = [...programs]
        .sort((a, b) => (a.releasedAt === b.releasedAt ? (a.id < b.id ? 1 : -1) : a.releasedAt < b.releasedAt ? 1 : -1))
        .map(({ id }) => id);
      expect([...first.items.map(({ document }) => document.id), ...rest]).toEqual(expected);
    });

    it('says that a list ends exactly where it ends', async () => {
      const category = ownCategory();
      await put(createProgram({ category }), createProgram({ category }));
      expect((await subject.store.listPrograms({ category }, 'newest', { limit: 2 })).next).toBeUndefined();
      expect((await subject.store.listPrograms({ category }, 'newest', { limit: 1 })).next).toBeDefined();
    });

    it('sorts titles as Arabic readers do, numbers as numbers', async () => {
      const category = ownCategory();
      const titles = ['حلقة ١٠', 'باب', 'آفاق', 'Zebra', 'حلقة ٢', 'أخبار', 'تاريخ'];
      await put(...titles.map((title) => createProgram({ category, localizations: { ar: localize(title) } })));
      expect(await titlesOf({ category }, 'ar')).toEqual([
        'آفاق',
        'أخبار',
        'باب',
        'تاريخ',
        'حلقة ٢',
        'حلقة ١٠',
        'Zebra',
      ]);
    });

    it('sorts titles as English readers do, by the English title where there is one', async () => {
      const category = ownCategory();
      await put(
        ...['apple', 'Zebra', 'Éclair', 'Banana 10', 'Banana 9'].map((title) =>
          createProgram({ category, localizations: { ar: localize('ي'), en: localize(title) } }),
        ),
      );
      expect(await titlesOf({ category }, 'en')).toEqual(['apple', 'Banana 9', 'Banana 10', 'Éclair', 'Zebra']);
    });

    it('goes on in a list of long and equal titles without losing or repeating one', async () => {
      const category = ownCategory();
      const programs = Array.from({ length: 5 }, () =>
        createProgram({ category, localizations: { ar: localize(`${'طويل '.repeat(90)}`) } }),
      );
      await put(...programs);
      expect((await listAll({ category }, { titlesOf: 'ar' })).sort()).toEqual(programs.map(({ id }) => id).sort());
    });

    it('filters by type, by category with its subcategories, and by language with its variants', async () => {
      const category = ownCategory();
      const podcast = createProgram({ category });
      const film = createProgram({
        category: `${category}.history`,
        type: 'film',
        localizations: { 'ar-EG': localize('فيلم') },
      });
      await put(podcast, film, createProgram({ category: `${category}x` }));
      expect((await listAll({ category })).sort()).toEqual([podcast.id, film.id].sort());
      expect(await listAll({ category: `${category}.history` })).toEqual([film.id]);
      expect(await listAll({ category, type: 'film' })).toEqual([film.id]);
      expect(await listAll({ category, language: 'en' })).toEqual([podcast.id]);
      expect((await listAll({ category, language: 'ar' })).sort()).toEqual([podcast.id, film.id].sort());
      expect(await listAll({ category, languages: ['fr', 'ar'] })).toEqual([podcast.id]);
      expect(await listAll({ category, languages: [] })).toEqual([]);
    });

    it('lists episodes newest first', async () => {
      const program = createProgram();
      const episodes = [1, 3, 2].map((day) => createEpisode(program.id, { releasedAt: dated(day) }));
      await put(program, ...episodes);
      expect(await episodeIds(program.id)).toEqual([episodes[1]?.id, episodes[2]?.id, episodes[0]?.id]);
    });

    it('lists a serial program by season and number, what has none last', async () => {
      const program = createProgram({ order: 'serial' });
      const places: [number | null, string | null][] = [
        [2, '1'],
        [1, '10'],
        [null, '1'],
        [1, '9.5'],
        [1, null],
        [1, '9'],
        [null, null],
      ];
      const episodes = places.map(([season, number], day) =>
        createEpisode(program.id, { season, number, releasedAt: dated(20 - day) }),
      );
      await put(program, ...episodes);
      expect(await episodeIds(program.id)).toEqual([5, 3, 1, 4, 0, 2, 6].map((index) => episodes[index]?.id));
    });

    it('refuses to go on in a list that is in another order by now, or that another store began', async () => {
      const program = createProgram();
      await put(
        program,
        ...[1, 2, 3].map((day) =>
          createEpisode(program.id, { season: 1, number: String(day), releasedAt: dated(day) }),
        ),
      );
      const expired = { kind: 'invalid', options: { errors: [{ pointer: '/query/cursor', code: 'cursor.expired' }] } };
      const read = (after?: ListPosition) => subject.store.listEpisodes(program.id, {}, { limit: 1, after });
      const newest = (await read())?.next;
      await put({ ...program, revision: 2, order: 'serial' });
      await expect(read(newest)).rejects.toMatchObject(expired);
      const serial = (await read())?.next;
      expect((await read(serial))?.items[0]?.document.number).toBe('2');
      await put({ ...program, revision: 3 });
      await expect(read(serial)).rejects.toMatchObject(expired);
      expect((await read(newest))?.items[0]?.document.number).toBe('2');
      const strange: ListPosition = ['x', 'y', 'z'];
      await expect(read(strange)).rejects.toMatchObject(expired);
      await expect(subject.store.listPrograms({}, 'newest', { limit: 1, after: strange })).rejects.toMatchObject(
        expired,
      );
      await expect(subject.store.findByTitle('x', {}, { limit: 1, after: strange })).rejects.toMatchObject(expired);
    });

    it('lists only the episodes of a language', async () => {
      const program = createProgram();
      const english = createEpisode(program.id, { localizations: { en: localize('One') } });
      await put(program, english, createEpisode(program.id));
      expect(
        (await subject.store.listEpisodes(program.id, { language: 'en' }, { limit: 5 }))?.items.map(
          ({ document }) => document.id,
        ),
      ).toEqual([english.id]);
    });

    it('finds by the beginning of a title in any language, folded, with and without ال', async () => {
      const category = ownCategory();
      const program = createProgram({
        category,
        localizations: { ar: localize('القَهْوَة العربية'), en: localize('Arabian Coffee') },
      });
      const episode = createEpisode(program.id, { category, localizations: { ar: localize('قهوة الصباح') } });
      await put(program, episode, createProgram({ category }));
      const found = async (beginning: string) =>
        (await subject.store.findByTitle(beginning, { category }, { limit: 5 })).items.map(
          ({ document }) => document.id,
        );
      expect(await found('القهوه')).toEqual([episode.id, program.id]);
      expect(await found('قهوة')).toEqual([episode.id, program.id]);
      expect(await found('ARABIAN')).toEqual([program.id]);
      expect(await found('coffee')).toEqual([]);
      expect(await found('%')).toEqual([]);
      expect(await found(' ')).toEqual([]);
      expect(await subject.store.countByTitle(' ', {}, 10)).toBe(0);
      expect(await subject.store.countByTitle('القهوة', { category }, 10)).toBe(2);
      expect(await subject.store.countByTitle('القهوة', { category }, 1)).toBe(1);
      expect(await subject.store.countByTitle('القهوة', { category, kind: 'episode' }, 10)).toBe(1);
      expect(await subject.store.countByTitle('القهوة', { category, languages: ['en'] }, 10)).toBe(1);
      expect(await subject.store.countByTitle('القهوة', { category, languages: [] }, 10)).toBe(0);
      expect((await subject.store.findByTitle('القهوة', { category, languages: [] }, { limit: 5 })).items).toEqual([]);
    });

    it('finds an item once although two of its titles begin alike', async () => {
      const mark = randomUUIDv7();
      const programs = Array.from({ length: 3 }, () =>
        createProgram({ localizations: { ar: localize(`${mark} بالعربية`), en: localize(`${mark} in English`) } }),
      );
      await put(...programs);
      const ids = await collect((after) => subject.store.findByTitle(mark, {}, { limit: 2, after }));
      expect(ids.sort()).toEqual(programs.map(({ id }) => id).sort());
    });

    it('counts the public programs of each category', async () => {
      const category = ownCategory();
      const gone = createProgram({ category });
      await put(
        createProgram({ category }),
        createProgram({ category }),
        gone,
        bury(gone),
        createProgram({ category: `${category}.sub` }),
      );
      const counts = await subject.store.countProgramsByCategory();
      expect([counts.get(category), counts.get(`${category}.sub`), counts.get(ownCategory())]).toEqual([
        2,
        1,
        undefined,
      ]);
    });

    type Filter = Parameters<CatalogStore['listPrograms']>[0];
    type Sort = Parameters<CatalogStore['listPrograms']>[1];
    const listAll = (filter: Filter, sort: Sort = 'newest', from?: ListPosition) =>
      collect((after) => subject.store.listPrograms(filter, sort, { limit: 2, after }), from);
    const titlesOf = async (filter: Filter, language: 'ar' | 'en') => {
      const { items } = await subject.store.listPrograms(filter, { titlesOf: language }, { limit: 50 });
      return items.map(({ document }) => document.localizations[language]?.title);
    };
    const episodeIds = (programId: string) =>
      collect(
        async (after) =>
          (await subject.store.listEpisodes(programId, {}, { limit: 2, after })) ?? { items: [], next: undefined },
      );
  });
}

/** The ids of a whole list, read page by page. */
async function collect(
  readPage: (after: ListPosition | undefined) => Promise<ListPart<{ document: { id: string } }>>,
  from?: ListPosition,
): Promise<string[]> {
  const ids: string[] = [];
  for (let after = from, more = true; more; more = after !== undefined) {
    const page = await readPage(after);
    ids.push(...page.items.map(({ document }) => document.id));
    after = page.next;
  }
  return ids;
}

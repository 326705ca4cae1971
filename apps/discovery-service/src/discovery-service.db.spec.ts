import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  catalogueChanged,
  contentPublished,
  contentUnpublished,
  contentUpdated,
  invalid,
  type PublicEpisode,
  type PublicProgram,
  searchServiceApi,
  unavailable,
  vocabularyChanged,
} from '@mediamesh/contracts';
import { silentLogger } from '@mediamesh/observability';
import { openDatabase } from '@mediamesh/postgres';
import { eventually, startTestApp, stubNeighbour, type TestAnswer, type TestApp } from '@mediamesh/testing';
import { bury, createEpisode, createProgram, localize } from './catalog/catalog.builder.js';
import { discoveryService } from './index.js';

type Found = Answer<(typeof searchServiceApi)['endpoints']['search']>;
type Suggested = Answer<(typeof searchServiceApi)['endpoints']['suggest']>;

describe('discovery-service', () => {
  let app: TestApp;
  let answerSearch: () => Found;
  let answerSuggest: () => Suggested;
  const engine = stubNeighbour(searchServiceApi, { search: () => answerSearch(), suggest: () => answerSuggest() });
  beforeAll(async () => {
    app = await startTestApp(discoveryService, {
      neighbours: [engine],
      environment: { MEDIA_PUBLIC_URL: 'https://media.example.org/' },
    });
  });
  afterAll(() => app.close());

  const get = (path: string, acceptLanguage?: string): Promise<TestAnswer> =>
    app.request(`/internal/v1${path}`, {
      service: 'discovery-gateway',
      headers: acceptLanguage ? { 'accept-language': acceptLanguage } : {},
    });
  const publish = async (...documents: (PublicProgram | PublicEpisode)[]): Promise<void> => {
    for (const document of documents) await app.deliver(contentPublished, { document });
    for (const { kind, id } of documents)
      await eventually(
        () => get(`/${kind}s/${id}`),
        ({ status }) => status === 200,
        'each document is public',
      );
  };

  describe('a program page', () => {
    const program = createProgram({
      localizations: { ar: localize('القهوة', 'القهوة'), en: localize('The Coffee', 'the-coffee') },
      formerSlugs: [
        { slug: 'old-coffee', language: 'en' },
        { slug: 'قديم', language: 'ar' },
      ],
      cover: { assetId: 'a', path: 'a/cover.jpg', type: 'image/jpeg', length: 10, width: 600, alt: { ar: 'فنجان' } },
    });
    beforeAll(() => publish(program, createEpisode(program.id), createEpisode(program.id)));

    it('shows one language and says which', async () => {
      const { status, headers, body } = await get(`/programs/${program.id}`);
      expect(status).toBe(200);
      expect(headers.get('content-language')).toBe('ar');
      await eventually(
        () => get(`/programs/${program.id}`),
        (answer) => answer.body.episodeCount === 2,
        'both episodes are counted',
      );
      expect(body).toMatchObject({
        id: program.id,
        slug: 'القهوة',
        language: 'ar',
        title: 'القهوة',
        description: '<p>القهوة</p>',
        languages: ['ar', 'en'],
        slugs: { ar: 'القهوة', en: 'the-coffee' },
        cover: { url: 'https://media.example.org/a/cover.jpg', width: 600, height: null, alt: 'فنجان', variants: [] },
      });
      expect(body).not.toHaveProperty('revision');
      expect(body).not.toHaveProperty('formerSlugs');
    });

    it('shows the subtitle in the language of the answer, and none of a document older than subtitles', async () => {
      const [ar, en] = [localize('الشاي', 'الشاي'), { ...localize('Tea'), subtitle: 'From leaf to cup' }];
      const tea = createProgram({ localizations: { ar, en } });
      await publish(tea);
      expect((await get(`/programs/${tea.id}?lang=en`)).body.subtitle).toBe('From leaf to cup');
      expect((await get(`/programs/${tea.id}?lang=ar`)).body.subtitle).toBe('');
    });

    it('opens by a slug, in the language of the slug unless another is asked for', async () => {
      expect((await get(`/programs/${encodeURIComponent('القهوة')}`, 'en')).body).toMatchObject({
        language: 'ar',
        title: 'القهوة',
      });
      expect((await get('/programs/the-coffee', 'ar')).body).toMatchObject({ language: 'en' });
      expect((await get('/programs/the-coffee?lang=ar-EG')).body).toMatchObject({ language: 'ar' });
      expect((await get(`/programs/${encodeURIComponent('القهوة'.normalize('NFD'))}`)).status).toBe(200);
    });

    it.each([
      ['a former slug', 'old-coffee', '/internal/v1/programs/the-coffee'],
      ['a former slug in Arabic', 'قديم', `/internal/v1/programs/${encodeURIComponent('القهوة')}`],
      ['another spelling', 'القهوه', `/internal/v1/programs/${encodeURIComponent('القهوة')}`],
    ])('answers %s by where the program is now, and keeps the query', async (_, slug, location) => {
      const { status, headers } = await get(`/programs/${encodeURIComponent(slug)}?lang=en`);
      expect([status, headers.get('location')]).toEqual([301, `${location}?lang=en`]);
    });

    it('refuses another language where none but the one asked for will do', async () => {
      const { status, body } = await get(`/programs/${program.id}?lang=fr&fallback=none`);
      expect([status, body.code]).toEqual([404, 'language.not_available']);
      expect((await get(`/programs/${program.id}?lang=fr`)).body.language).toBe('ar');
    });

    it.each([
      '00000000-0000-7000-8000-000000000000',
      'nothing-here',
      '%00',
      '%F0%9F%A6%84',
      "'; drop table programs; --",
    ])('is not there for %s', async (name) => {
      const { status, body } = await get(`/programs/${name}`);
      expect([status, body.code]).toEqual([404, 'program.not_found']);
    });

    it('is not the page of an episode, nor an episode’s page that of a program', async () => {
      const episode = createEpisode(program.id);
      await publish(episode);
      expect((await get(`/programs/${episode.id}`)).status).toBe(404);
      expect((await get(`/episodes/${program.id}`)).status).toBe(404);
    });
  });

  it('shows an episode with the name of its program and where to play it', async () => {
    const program = createProgram({
      localizations: { ar: localize('فنجان', 'فنجان-١'), en: localize('Finjan', 'finjan-1') },
    });
    const own = createEpisode(program.id, {
      localizations: { en: localize('One', 'one') },
      defaultLanguage: 'en',
      season: 1,
      number: '1.5',
      enclosure: null,
      durationSeconds: null,
      media: { assetId: 'b', path: 'b/audio.mp3', type: 'audio/mpeg', length: 99, durationSeconds: 61 },
    });
    await publish(program, own);
    const { headers, body } = await get(`/episodes/${own.id}`, 'ar');
    expect(headers.get('content-language')).toBe('en');
    expect(body).toMatchObject({
      language: 'en',
      season: 1,
      number: '1.5',
      kind: 'full',
      durationSeconds: 61,
      programId: program.id,
      program: { id: program.id, slug: 'finjan-1', title: 'Finjan', language: 'en' },
      media: { url: 'https://media.example.org/b/audio.mp3', type: 'audio/mpeg', length: 99 },
    });
  });

  it('hides everything of a program that is withdrawn, and keeps it hidden from late documents', async () => {
    const program = createProgram({ localizations: { ar: localize('راحل', 'راحل') } });
    const episode = createEpisode(program.id);
    await publish(program, episode);
    await app.deliver(contentUnpublished, bury(program));
    await eventually(
      () => get(`/programs/${program.id}`),
      ({ status }) => status === 404,
      'the program is gone',
    );
    await app.deliver(contentUpdated, { document: program });
    await app.deliver(contentUpdated, { document: createProgram({ id: episode.id, revision: 9 }) });
    for (const path of [
      `/programs/${program.id}`,
      `/programs/${encodeURIComponent('راحل')}`,
      `/programs/${program.id}/episodes`,
      `/episodes/${episode.id}`,
    ]) {
      expect((await get(path)).status).toBe(404);
    }
  });

  it('says that the catalogue changed after every delivery, also one that changed nothing', async () => {
    const program = createProgram({ category: 'society.history', revision: 5 });
    await publish(program);
    await app.deliver(contentUpdated, { document: { ...program, revision: 4 } });
    const database = await openDatabase({
      name: 'discovery',
      url: app.databaseUrl ?? '',
      poolSize: 1,
      logger: silentLogger,
    });
    const said = () =>
      database.query<{ data: unknown }>(
        `select envelope -> 'data' as data from outbox where envelope ->> 'type' = $1 and envelope ->> 'subject' = $2`,
        [catalogueChanged.type, program.id],
      );
    const rows = await eventually(said, (found) => found.length === 2, 'both deliveries were announced');
    await database.close();
    expect(rows[0]?.data).toEqual({
      id: program.id,
      kind: 'program',
      tags: [`program:${program.id}`, 'list:all', 'list:society', 'list:society.history'],
    });
  });

  describe('lists', () => {
    const programs = ['ج', 'ب', 'ا'].map((title, day) =>
      createProgram({
        category: 'listed.sub',
        type: 'film',
        releasedAt: `2026-05-0${day + 1}T00:00:00.000Z`,
        localizations: { ar: localize(title, `قائمة-${day}`), ...(day > 0 && { en: localize(title, `list-${day}`) }) },
      }),
    );
    beforeAll(() => publish(...programs));
    const ids = (answer: TestAnswer): string[] => answer.body.items.map(({ id }: { id: string }) => id);

    it('page through the newest programs of a category and its subcategories', async () => {
      const first = await get('/programs?category=listed&limit=2');
      expect(ids(first)).toEqual([programs[2]?.id, programs[1]?.id]);
      const second = await get(`/programs?category=listed&limit=2&cursor=${first.body.next}`);
      expect([ids(second), second.body.next]).toEqual([[programs[0]?.id], null]);
    });

    it('sort by title, and go on in the same order for a reader of another language', async () => {
      const first = await get('/programs?category=listed&sort=title&limit=2', 'ar');
      expect(ids(first)).toEqual([programs[2]?.id, programs[1]?.id]);
      expect(ids(await get(`/programs?category=listed&sort=title&limit=2&cursor=${first.body.next}`, 'en'))).toEqual([
        programs[0]?.id,
      ]);
    });

    it('refuse a cursor that was edited, or comes from another list', async () => {
      const { body } = await get('/programs?category=listed&limit=1');
      for (const path of [
        `/programs?category=society&cursor=${body.next}`,
        `/programs?category=listed&sort=title&cursor=${body.next}`,
        `/programs?category=listed&cursor=x${body.next}`,
      ]) {
        const answer = await get(path);
        expect([answer.status, answer.body.errors[0]]).toEqual([
          422,
          expect.objectContaining({ pointer: '/query/cursor', code: 'cursor.invalid' }),
        ]);
      }
    });

    it('leave out what is not in the language asked for where no other will do', async () => {
      const answer = await get('/programs?category=listed&lang=en-GB&fallback=none');
      expect(ids(answer)).toEqual([programs[2]?.id, programs[1]?.id]);
      expect(answer.headers.get('content-language')).toBe('en');
    });

    it('say a language only when all items share it', async () => {
      expect((await get('/programs?category=listed&lang=ar')).headers.get('content-language')).toBe('ar');
      expect((await get('/programs?category=listed&lang=en')).headers.get('content-language')).toBeNull();
    });

    it('show the episodes of a program in its order', async () => {
      const program = createProgram({ order: 'serial' });
      const episodes = ['2', '1', '10'].map((number) => createEpisode(program.id, { season: 1, number }));
      await publish(program, ...episodes);
      const first = await get(`/programs/${program.id}/episodes?limit=2`);
      const second = await get(`/programs/${program.id}/episodes?limit=2&cursor=${first.body.next}`);
      expect([...ids(first), ...ids(second)]).toEqual([episodes[1]?.id, episodes[0]?.id, episodes[2]?.id]);
      expect(first.body.items[0]).toMatchObject({
        media: { url: 'https://example.org/a.mp3', type: 'audio/mpeg', length: 1234 },
      });
    });

    it('name categories in the language of the answer and count what is below them', async () => {
      const entry = (key: string, ar: string, en: string) => ({
        key,
        names: { ar, en },
        ...(key.includes('.') && { parent: key.slice(0, key.lastIndexOf('.')) }),
      });
      await app.deliver(vocabularyChanged, {
        vocabulary: 'categories',
        version: 2,
        items: [entry('listed', 'مدرج', 'Listed'), entry('listed.sub', 'فرع', 'Sub'), entry('empty', 'فارغ', 'Empty')],
      });
      await eventually(
        () => get('/categories'),
        ({ body }) => body.items.length === 3,
        'the vocabulary is known',
      );
      await app.deliver(vocabularyChanged, { vocabulary: 'categories', version: 1, items: [] });
      const english = await get('/categories?lang=en');
      expect(english.headers.get('content-language')).toBe('en');
      expect(english.body.items).toEqual([
        { key: 'listed', parent: null, name: 'Listed', names: { ar: 'مدرج', en: 'Listed' }, programCount: 3 },
        { key: 'listed.sub', parent: 'listed', name: 'Sub', names: { ar: 'فرع', en: 'Sub' }, programCount: 3 },
        { key: 'empty', parent: null, name: 'Empty', names: { ar: 'فارغ', en: 'Empty' }, programCount: 0 },
      ]);
      expect((await get('/categories', 'fr')).body.items[0].name).toBe('مدرج');
      expect((await get('/categories?lang=fr&fallback=none')).status).toBe(404);
    });
  });

  describe('a search', () => {
    const program = createProgram({ localizations: { ar: localize('بحث أول', 'بحث-أول') } });
    const episode = createEpisode(program.id, {
      localizations: { ar: localize('بحث ثان'), en: localize('A second search') },
    });
    const gone = createProgram();
    const away = () => {
      throw unavailable('request.unavailable');
    };
    const hits = (...ids: string[]): Found => ({
      items: ids.map((id) => ({
        id,
        kind: 'program',
        language: 'ar',
        score: 1,
        highlights: { title: '<mark>بحث</mark>' },
      })),
      total: { value: ids.length, relation: 'eq' },
      facets: null,
      didYouMean: null,
      next: 'inner',
    });
    const search = (query: string) => get(`/search?q=${encodeURIComponent('بحث')}${query}`);
    beforeAll(() => publish(program, episode));

    it('shows the hits in their order, each in its language, without what is no longer public', async () => {
      answerSearch = () => hits(episode.id, gone.id, program.id);
      const { status, body } = await search('&lang=en');
      expect(status).toBe(200);
      expect(body).toMatchObject({ total: { value: 3, relation: 'eq' }, degraded: false });
      expect(body.items).toMatchObject([
        { kind: 'episode', episode: { id: episode.id, language: 'en' }, highlights: { title: '<mark>بحث</mark>' } },
        { kind: 'program', program: { id: program.id, language: 'ar' } },
      ]);
    });

    it('hands the question, the filters and the place on to the search engine', async () => {
      answerSearch = () => hits(program.id);
      const { body } = await search('&kind=program&type=podcast&category=society&language=AR&limit=7');
      await search(`&kind=program&type=podcast&category=society&language=ar&limit=7&cursor=${body.next}`);
      expect(engine.calls.slice(-2).map(({ input }) => input.query)).toEqual([
        { q: 'بحث', kind: 'program', type: 'podcast', category: 'society', language: 'ar', facets: 'false', limit: 7 },
        {
          q: 'بحث',
          kind: 'program',
          type: 'podcast',
          category: 'society',
          language: 'ar',
          facets: 'false',
          limit: 7,
          cursor: 'inner',
        },
      ]);
    });

    it('passes on what the hits could be narrowed by, and a better question', async () => {
      const facets = {
        kind: [{ value: 'program', count: 1 }],
        type: [],
        category: [{ value: 'society', count: 1 }],
        language: [{ value: 'ar', count: 1 }],
        exact: true,
      };
      answerSearch = () => ({ ...hits(program.id), facets });
      expect((await search('&facets=true')).body).toMatchObject({ facets, didYouMean: null });
      expect(engine.calls.at(-1)?.input.query).toMatchObject({ facets: 'true' });
      answerSearch = () => ({ ...hits(), didYouMean: 'بحث', next: null });
      expect((await search('')).body).toMatchObject({ items: [], facets: null, didYouMean: 'بحث', degraded: false });
      answerSearch = away;
      expect((await search('&facets=true')).body).toMatchObject({ facets: null, didYouMean: null, degraded: true });
    });

    it('passes a refusal of the search engine on', async () => {
      answerSearch = () => {
        throw invalid({ pointer: '/query/cursor', code: 'cursor.expired' });
      };
      const { status, body } = await search('');
      expect([status, body.errors[0].code]).toEqual([422, 'cursor.expired']);
    });

    it('answers by titles while the search engine is away, and refuses cursors of ranked answers', async () => {
      answerSearch = () => hits(program.id);
      const ranked = (await search('&limit=1')).body.next;
      answerSearch = away;
      const first = await search('&limit=1');
      expect([first.status, first.body.degraded, first.body.total]).toEqual([200, true, { value: 2, relation: 'eq' }]);
      const second = await search(`&limit=1&cursor=${first.body.next}`);
      expect([first.body.items[0].program.id, second.body.items[0].episode.id, second.body.next]).toEqual([
        program.id,
        episode.id,
        null,
      ]);
      const wrongWay = await search(`&limit=1&cursor=${ranked}`);
      expect([wrongWay.status, wrongWay.body.errors[0].code]).toEqual([422, 'cursor.expired']);
      // The engine is back, and would not know a place among titles.
      answerSearch = () => {
        if (Object.hasOwn(engine.calls.at(-1)?.input.query ?? {}, 'cursor'))
          throw invalid({ pointer: '/query/cursor', code: 'cursor.invalid' });
        return hits(program.id);
      };
      const back = await eventually(
        () => search(`&limit=1&cursor=${first.body.next}`),
        ({ status }) => status === 422,
        'the search engine is asked again',
      );
      expect(back.body.errors[0].code).toBe('cursor.expired');
      answerSearch = away;
      for (const q of ['', '%20', '%00', '%25', '_', "'", '%F0%9F%98%80'])
        expect((await get(`/search?q=${q}`)).body).toMatchObject({ items: [], degraded: true, next: null });
    });
  });

  describe('a suggestion', () => {
    const program = createProgram({
      localizations: { ar: localize('المجرَّات & <النجوم>', 'مجرات'), 'en-GB': localize('Galaxies', 'galaxies') },
    });
    const episode = createEpisode(program.id, { localizations: { ar: localize('مجرات بعيدة') } });
    const away = () => {
      throw unavailable('request.unavailable');
    };
    const found = (id: string, title: string, language = 'ar'): Suggested['items'][number] => ({
      id,
      kind: 'program',
      language,
      title,
      highlight: `<mark>${title}</mark>`,
    });
    const suggest = (query: Record<string, string>) => get(`/suggest?${new URLSearchParams(query)}`);
    beforeAll(() => publish(program, episode));

    it('is what the search engine says, of what the catalogue holds under this title', async () => {
      const items = [
        found(episode.id, 'مجرات بعيدة'),
        found(createProgram().id, 'مجرات راحلة'),
        found(program.id, 'اسم قديم'),
        found(program.id, 'Galaxies', 'en-GB'),
      ];
      answerSuggest = () => ({ items });
      const ask = () => suggest({ q: 'مجر', language: 'AR', limit: '5', lang: 'en' });
      const { status, headers, body } = await eventually(
        ask,
        (answer) => answer.body.degraded === false,
        'the search engine is asked again after it was away',
      );
      expect([status, body]).toEqual([200, { items: [items[0], items[3]], degraded: false }]);
      expect(engine.calls.at(-1)?.input.query).toEqual({ q: 'مجر', language: 'ar', limit: 5 });
      expect(headers.get('content-language')).toBeNull();
    });

    it('is a title that begins so while the search engine is away', async () => {
      answerSuggest = away;
      const { body } = await suggest({ q: 'المجر' });
      expect(body).toEqual({
        items: expect.arrayContaining([
          {
            id: program.id,
            kind: 'program',
            language: 'ar',
            title: 'المجرَّات & <النجوم>',
            highlight: '<mark>المجرَّات</mark> &amp; &lt;النجوم&gt;',
          },
          {
            id: episode.id,
            kind: 'episode',
            language: 'ar',
            title: 'مجرات بعيدة',
            highlight: '<mark>مجرات</mark> بعيدة',
          },
        ]),
        degraded: true,
      });
      expect((await suggest({ q: 'galax', language: 'en' })).body.items).toMatchObject([
        { id: program.id, language: 'en-GB', title: 'Galaxies' },
      ]);
      expect((await suggest({ q: 'galax', language: 'ar' })).body).toEqual({ items: [], degraded: true });
      expect((await suggest({ q: 'المجر', limit: '1' })).body.items).toHaveLength(1);
    });

    it('is none for a text without words, and refused for a wrong question', async () => {
      for (const q of ['', ' ', '😀', '"']) expect((await suggest({ q })).body).toEqual({ items: [], degraded: false });
      for (const query of [
        {},
        { q: 'x'.repeat(101) },
        { q: 'x', limit: '21' },
        { q: 'x', language: 'english' },
      ] as Record<string, string>[])
        expect([query, (await suggest(query)).status]).toEqual([query, 422]);
    });
  });

  it('asks for a service’s token', async () => {
    expect((await app.request('/internal/v1/programs', { service: null })).status).toBe(401);
  });
});

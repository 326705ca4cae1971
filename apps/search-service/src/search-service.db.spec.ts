import { randomUUIDv7 } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contentPublished, contentUnpublished, contentUpdated, type PublicDocument } from '@mediamesh/contracts';
import { eventually, startTestApp, type TestApp, type TestBody } from '@mediamesh/testing';
import { searchService } from './index.js';
import { buildEpisode, buildProgram } from './search-index/public-document.builder.js';

describe('search-service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'search-service-'));
  const environment = { SEARCH_INDEX_FILE: join(folder, 'index.db') };
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp(searchService, { environment });
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = (query: Record<string, string>) =>
    app.request(`/internal/v1/search?${new URLSearchParams(query)}`, { service: 'discovery-service' });
  const find = async (query: Record<string, string>): Promise<TestBody> => (await ask(query)).body;
  const idsOf = (page: TestBody): string[] => (page.items as { id: string }[]).map(({ id }) => id);
  const publish = (document: PublicDocument): Promise<void> => app.deliver(contentPublished, { document });
  const becomes = (q: string, ids: readonly string[]) =>
    eventually(
      () => find({ q }),
      (page) => idsOf(page).toSorted().join() === ids.toSorted().join(),
      `"${q}" finds ${ids.join()}`,
    );

  it('finds what is published in another spelling, marked in the original', async () => {
    await publish(buildProgram('coffee', { ar: ['حديث القَهْوة', '<p>عن القهوة</p>'] }));
    const page = await becomes('القهوه', ['coffee']);
    expect(page).toMatchObject({
      items: [
        {
          id: 'coffee',
          kind: 'program',
          language: 'ar',
          highlights: { title: 'حديث <mark>القَهْوة</mark>', description: 'عن <mark>القهوة</mark>' },
        },
      ],
      total: { value: 1, relation: 'eq' },
      next: null,
    });
  });

  it('follows updates and forgets what is withdrawn, whatever comes late or twice', async () => {
    const first = buildEpisode('ep', { en: 'Mountain' }, { revision: 10 });
    const second = buildEpisode('ep', { en: 'Valley' }, { revision: 12 });
    await app.deliver(contentUpdated, { document: second });
    await publish(first);
    await becomes('valley', ['ep']);
    await app.deliver(contentUpdated, { document: second });
    await app.deliver(contentUnpublished, { id: 'ep', kind: 'episode', programId: 'program', revision: 13 });
    await app.deliver(contentUpdated, { document: second });
    await publish(buildProgram('after', { en: 'Afterwards' }, { revision: 1 }));
    await becomes('afterwards', ['after']);
    await becomes('valley', []);
    expect(idsOf(await find({ q: 'mountain' }))).toEqual([]);
  });

  it('pages with a cursor of its own question', async () => {
    for (let at = 0; at < 7; at++) await publish(buildProgram(`night${at}`, { en: `Night ${at}` }));
    await eventually(
      () => find({ q: 'night' }),
      (page) => page.total.value === 7,
      'seven nights are found',
    );
    const first = await find({ q: 'night', limit: '3' });
    const second = await find({ q: 'night', limit: '3', cursor: first.next });
    const third = await find({ q: 'night', limit: '3', cursor: second.next });
    expect(new Set([first, second, third].flatMap(idsOf)).size).toBe(7);
    expect(third.next).toBeNull();
    const wrong: Record<string, string>[] = [
      { q: 'nights', cursor: first.next },
      { q: 'night', kind: 'program', cursor: first.next },
      { q: 'night', cursor: `${first.next}x` },
      { q: 'night', cursor: 'x' },
    ];
    for (const query of wrong) {
      const { status, body } = await ask(query);
      expect([status, body.errors]).toEqual([
        422,
        [expect.objectContaining({ pointer: '/query/cursor', code: 'cursor.invalid' })],
      ]);
    }
  });

  it('counts what a list could be narrowed by, where it is asked to', async () => {
    await publish(buildProgram('facet-p', { ar: 'صحراء واسعة' }, { category: 'nature.desert', type: 'series' }));
    await publish(buildEpisode('facet-e', { ar: 'الصحراء', 'en-GB': 'صحراء Desert' }, { category: 'nature' }));
    await becomes('الصحراء', ['facet-p', 'facet-e']);
    const { facets } = await find({ q: 'صحراء', facets: 'true', kind: 'program' });
    expect(facets).toEqual({
      kind: [
        { value: 'episode', count: 1 },
        { value: 'program', count: 1 },
      ],
      type: [{ value: 'series', count: 1 }],
      category: [
        { value: 'nature', count: 1 },
        { value: 'nature.desert', count: 1 },
      ],
      language: [{ value: 'ar', count: 1 }],
      exact: true,
    });
    expect((await find({ q: 'صحراء', facets: 'false' })).facets).toBeNull();
  });

  it('proposes a question that finds something, where one finds nothing', async () => {
    await publish(buildProgram('volcano', { en: 'Volcanoes', ar: 'البراكين العظيمة' }));
    await becomes('volcanoes', ['volcano']);
    expect([
      (await find({ q: 'vulcanoes' })).didYouMean,
      (await find({ q: 'البراكبن' })).didYouMean,
      (await find({ q: 'volcano' })).didYouMean,
    ]).toEqual(['volcanoes', 'البراكين', null]);
  });

  it('completes what is typed by titles, marked in the original', async () => {
    await publish(buildProgram('river', { ar: 'أنهار & <بحيرات>', 'en-GB': 'Rivers' }));
    await becomes('أنهار', ['river']);
    const suggest = (query: Record<string, string>) =>
      app.request(`/internal/v1/suggest?${new URLSearchParams(query)}`, { service: 'discovery-service' });
    expect((await suggest({ q: 'انها' })).body).toEqual({
      items: [
        {
          id: 'river',
          kind: 'program',
          language: 'ar',
          title: 'أنهار & <بحيرات>',
          highlight: '<mark>أنهار</mark> &amp; &lt;بحيرات&gt;',
        },
      ],
    });
    expect((await suggest({ q: 'riv', language: 'en' })).body.items).toMatchObject([
      { language: 'en-GB', title: 'Rivers' },
    ]);
    expect((await suggest({ q: 'انها', language: 'en' })).body).toEqual({ items: [] });
    expect((await suggest({ q: '😀' })).body).toEqual({ items: [] });
    for (const query of [
      {},
      { q: 'x'.repeat(101) },
      { q: 'x', limit: '21' },
      { q: 'x', limit: '0' },
      { q: 'x', language: '***' },
      { q: 'x', kind: 'program' },
    ] as Record<string, string>[])
      expect([query, (await suggest(query)).status]).toEqual([query, 422]);
    expect((await app.request('/internal/v1/suggest?q=x', { service: null })).status).toBe(401);
  });

  it.each(['', '   ', '😀', '"', '((('])('answers %j with an empty page', async (q) => {
    const { status, body } = await ask({ q });
    expect([status, body]).toEqual([
      200,
      { items: [], total: { value: 0, relation: 'eq' }, facets: null, didYouMean: null, next: null },
    ]);
  });

  it.each([
    [{}, '/query/q'],
    [{ q: 'x'.repeat(501) }, '/query/q'],
    [{ q: 'x', limit: '0' }, '/query/limit'],
    [{ q: 'x', limit: '101' }, '/query/limit'],
    [{ q: 'x', kind: 'user' }, '/query/kind'],
    [{ q: 'x', category: "' or 1=1" }, '/query/category'],
    [{ q: 'x', language: '***' }, '/query/language'],
    [{ q: 'x', status: 'draft' }, '/query/status'],
    [{ q: 'x', facets: 'yes' }, '/query/facets'],
  ])('refuses %j', async (query, pointer) => {
    const { status, body } = await ask(query as Record<string, string>);
    expect([status, body.errors?.map((error: { pointer: string }) => error.pointer)]).toEqual([422, [pointer]]);
  });

  it('answers services only', async () => {
    expect((await app.request('/internal/v1/search?q=x', { service: null })).status).toBe(401);
  });

  it('leaves nothing waiting: what is done is in the index', async () => {
    const ids = Array.from({ length: 40 }, () => randomUUIDv7());
    await Promise.all(ids.map((id, at) => publish(buildEpisode(id, { ar: `سلسلة الجبال ${at}` }))));
    await eventually(
      () => find({ q: 'الجبال' }),
      (page) => page.total.value === 40,
      'forty episodes are found',
    );
  });

  it('refuses a cursor after the index was built anew', async () => {
    const start = (file: string) =>
      startTestApp(searchService, {
        environment: {
          SEARCH_INDEX_FILE: join(folder, file),
          CURSOR_SECRETS: 'one secret of both that is long enough',
        },
      });
    const [other, again] = await Promise.all([start('other.db'), start('third.db')]);
    try {
      for (const one of [other, again])
        for (let at = 0; at < 3; at++)
          await one.deliver(contentPublished, { document: buildProgram(`d${at}`, { en: 'Night' }) });
      const path = (cursor = '') =>
        `/internal/v1/search?q=night&limit=1${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const page = await eventually(
        () => other.request(path()),
        ({ body }) => body.next !== null && body.total.value === 3,
        'there are more pages',
      );
      const { status, body } = await again.request(path(page.body.next as string));
      expect([status, body.errors]).toEqual([
        422,
        [expect.objectContaining({ pointer: '/query/cursor', code: 'cursor.expired' })],
      ]);
    } finally {
      await other.close();
      await again.close();
    }
  });
});

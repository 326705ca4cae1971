import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestAnswer, type TestApp } from '@mediamesh/testing';
import { stubMedia, stubMetadata } from '../../test/neighbours.js';
import { cmsService } from '../index.js';

describe('publishing', () => {
  let app: TestApp;
  beforeAll(async () => {
    // whoever waits too long for a connection is told to come again
    app = await startTestApp(cmsService, {
      environment: { DATABASE_POOL: '30' },
      neighbours: [stubMetadata(), stubMedia()],
    });
  });
  afterAll(() => app.close());

  const call = (
    method: string,
    path: string,
    { body, ifMatch }: { body?: unknown; ifMatch?: string | undefined } = {},
  ): Promise<TestAnswer> =>
    app.request(`/internal/v1${path}`, {
      method,
      user: 'EDITOR',
      body,
      headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
    });
  const tag = (answer: TestAnswer): string => answer.headers.get('etag') ?? '';
  const program = (ar: string, en?: string) => ({
    type: 'podcast',
    defaultLanguage: 'ar',
    localizations: { ar: { title: ar }, ...(en && { en: { title: en } }) },
    category: 'society',
  });
  const episode = (title: string, more: object = {}) => ({
    defaultLanguage: 'ar',
    localizations: { ar: { title } },
    link: 'https://example.org/1',
    ...more,
  });
  const documentOf = async (id: string) => {
    const { body } = await app.request('/internal/v1/public-documents?limit=500', { service: 'search-service' });
    return body.items.find(
      (one: { document?: { id: string }; tombstone?: { id: string } }) => (one.document ?? one.tombstone)?.id === id,
    );
  };

  it('leads a program from draft to public and back', async () => {
    const created = await call('POST', '/programs', { body: program('فنجان', 'Finjan') });
    expect(created).toMatchObject({
      status: 201,
      body: {
        status: 'draft',
        version: 1,
        hasUnpublishedChanges: true,
        localizations: { ar: { slug: 'فنجان', live: false }, en: { slug: 'finjan' } },
      },
    });
    expect(created.headers.get('location')).toBe(`/internal/v1/programs/${created.body.id}`);
    expect(await documentOf(created.body.id)).toBeUndefined();

    const published = await call('POST', `/programs/${created.body.id}/publish`, { ifMatch: tag(created) });
    expect(published).toMatchObject({
      status: 200,
      body: { status: 'published', version: 2, hasUnpublishedChanges: false, localizations: { ar: { live: true } } },
    });
    expect(await documentOf(created.body.id)).toMatchObject({
      document: { kind: 'program', localizations: { ar: { title: 'فنجان', slug: 'فنجان' }, en: { slug: 'finjan' } } },
    });

    const again = await call('POST', `/programs/${created.body.id}/publish`, { ifMatch: tag(published) });
    expect(again).toMatchObject({ status: 409, body: { code: 'program.nothing_to_publish' } });

    const gone = await call('POST', `/programs/${created.body.id}/unpublish`, { ifMatch: tag(published) });
    expect(gone).toMatchObject({ status: 200, body: { status: 'unpublished' } });
    expect(await documentOf(created.body.id)).toHaveProperty('tombstone');
  });

  it('shows an edit only after it was published, and remembers the slug that was public', async () => {
    const created = await call('POST', '/programs', { body: program('حكاية قديمة') });
    const published = await call('POST', `/programs/${created.body.id}/publish`, { ifMatch: tag(created) });
    const patched = await call('PATCH', `/programs/${created.body.id}`, {
      body: { localizations: { ar: { title: 'حكاية جديدة' } } },
      ifMatch: tag(published),
    });
    expect(patched.body).toMatchObject({
      hasUnpublishedChanges: true,
      origin: { title: 'editor' },
      localizations: { ar: { slug: 'حكاية-جديدة' } },
    });
    expect((await documentOf(created.body.id)).document.localizations.ar).toMatchObject({
      title: 'حكاية قديمة',
      slug: 'حكاية-قديمة',
    });
    const before = (await documentOf(created.body.id)).document.revision;
    await call('POST', `/programs/${created.body.id}/publish`, { ifMatch: tag(patched) });
    const { document } = await documentOf(created.body.id);
    expect(document.localizations.ar).toMatchObject({ title: 'حكاية جديدة', slug: 'حكاية-جديدة' });
    expect(document.formerSlugs).toEqual([{ slug: 'حكاية-قديمة', language: 'ar' }]);
    expect(document.revision).toBeGreaterThan(before);
  });

  it('shows the subtitle of each public language, and an empty one where there is none', async () => {
    const body = program('فرعي', 'Sub');
    Object.assign(body.localizations.ar, { subtitle: 'من المزرعة إلى المجلس' });
    const created = await call('POST', '/programs', { body });
    await call('POST', `/programs/${created.body.id}/publish`, { ifMatch: tag(created) });
    expect((await documentOf(created.body.id)).document.localizations).toMatchObject({
      ar: { title: 'فرعي', subtitle: 'من المزرعة إلى المجلس' },
      en: { title: 'Sub', subtitle: '' },
    });
  });

  it('publishes one language and leaves the others as they are', async () => {
    const created = await call('POST', '/programs', { body: program('لغتان', 'Two tongues') });
    const published = await call('POST', `/programs/${created.body.id}/publish`, {
      body: { languages: ['ar'] },
      ifMatch: tag(created),
    });
    expect(published.body).toMatchObject({
      hasUnpublishedChanges: true,
      localizations: { ar: { live: true }, en: { live: false } },
    });
    expect(Object.keys((await documentOf(created.body.id)).document.localizations)).toEqual(['ar']);
    const unknown = await call('POST', `/programs/${created.body.id}/publish`, {
      body: { languages: ['fr'] },
      ifMatch: tag(published),
    });
    expect(unknown).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/languages/0', code: 'program.language_missing' }] },
    });
  });

  it('keeps an episode hidden until its program is public, and hides and shows it with its program', async () => {
    const parent = await call('POST', '/programs', { body: program('أم الحلقات') });
    const child = await call('POST', `/programs/${parent.body.id}/episodes`, { body: episode('الحلقة الأولى') });
    expect((await call('POST', `/episodes/${child.body.id}/publish`, { ifMatch: tag(child) })).status).toBe(200);
    expect(await documentOf(child.body.id)).toHaveProperty('tombstone');

    const shown = await call('POST', `/programs/${parent.body.id}/publish`, { ifMatch: tag(parent) });
    expect(await documentOf(child.body.id)).toMatchObject({
      document: { programId: parent.body.id, type: 'podcast', category: 'society' },
    });

    const hidden = await call('POST', `/programs/${parent.body.id}/unpublish`, { ifMatch: tag(shown) });
    expect(await documentOf(child.body.id)).toHaveProperty('tombstone');
    expect((await call('GET', `/episodes/${child.body.id}`)).body.status).toBe('published');

    const changed = await call('PATCH', `/programs/${parent.body.id}`, {
      body: { category: 'history' },
      ifMatch: tag(hidden),
    });
    await call('POST', `/programs/${parent.body.id}/publish`, { ifMatch: tag(changed) });
    expect(await documentOf(child.body.id)).toMatchObject({ document: { category: 'history' } });
  });

  it('refuses to publish a program without a title in its default language, and an episode with no file', async () => {
    const untitled = await call('POST', '/programs', {
      body: { ...program(''), localizations: { ar: {}, en: { title: 'No Arabic' } } },
    });
    expect(untitled.status).toBe(201);
    expect(await call('POST', `/programs/${untitled.body.id}/publish`, { ifMatch: tag(untitled) })).toMatchObject({
      status: 409,
      body: {
        code: 'program.not_ready',
        errors: [{ pointer: '/localizations/ar/title', code: 'readiness.title_missing' }],
      },
    });
    const parent = await call('POST', '/programs', { body: program('بلا صوت') });
    const mute = await call('POST', `/programs/${parent.body.id}/episodes`, {
      body: episode('صامتة', { link: undefined }),
    });
    expect((await call('POST', `/episodes/${mute.body.id}/publish`, { ifMatch: tag(mute) })).body).toMatchObject({
      code: 'episode.not_ready',
      errors: [{ code: 'readiness.media_missing' }],
    });
    const readiness = await call('GET', `/episodes/${mute.body.id}/readiness`);
    expect(readiness.body).toMatchObject({
      ready: false,
      languages: { ar: { ready: false, blocking: [{ code: 'readiness.media_missing' }] } },
    });
  });

  it('says that what would be public is too large, and leaves what is public as it is', async () => {
    const languages = ['ar', 'en', 'fr', 'de', 'es', 'it', 'pt', 'tr', 'fa', 'ur', 'he', 'ru', 'id', 'ms'];
    const localizations = Object.fromEntries(
      languages.map((language) => [language, { title: language, description: `<p>${'ك'.repeat(19_000)}</p>` }]),
    );
    const created = await call('POST', '/programs', { body: { ...program('كبير'), localizations } });
    const few = await call('POST', `/programs/${created.body.id}/publish`, {
      body: { languages: ['ar', 'en'] },
      ifMatch: tag(created),
    });
    expect(few.status).toBe(200);
    const all = await call('POST', `/programs/${created.body.id}/publish`, { ifMatch: tag(few) });
    expect(all).toMatchObject({
      status: 413,
      body: {
        code: 'item.too_large_to_publish',
        detail: 'What would be public is larger than 500 kB; shorten its texts or publish fewer languages',
      },
    });
    expect(Object.keys((await documentOf(created.body.id)).document.localizations).sort()).toEqual(['ar', 'en']);
  });

  it('lets one of twenty racing editors win and makes none of the refused edits public', async () => {
    const created = await call('POST', '/programs', { body: program('سباق') });
    const edits = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        call('PATCH', `/programs/${created.body.id}`, {
          body: { localizations: { ar: { title: `سباق ${n}` } } },
          ifMatch: tag(created),
        }),
      ),
    );
    const statuses = edits.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array<number>(19).fill(412)]);
    const winner = edits.find(({ status }) => status === 200);
    await call('POST', `/programs/${created.body.id}/publish`, { ifMatch: tag(winner as TestAnswer) });
    expect((await documentOf(created.body.id)).document.localizations.ar.title).toBe(
      winner?.body.localizations.ar.title,
    );
  });

  it('publishes once when twenty publish at the same time', async () => {
    const created = await call('POST', '/programs', { body: program('معًا') });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call('POST', `/programs/${created.body.id}/publish`, { ifMatch: '*' })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  });

  it('withdraws a program with its episodes when it is thrown away', async () => {
    const parent = await call('POST', '/programs', { body: program('إلى المهملات') });
    const child = await call('POST', `/programs/${parent.body.id}/episodes`, { body: episode('تلحق به') });
    await call('POST', `/episodes/${child.body.id}/publish`, { ifMatch: tag(child) });
    const published = await call('POST', `/programs/${parent.body.id}/publish`, { ifMatch: tag(parent) });
    expect((await call('DELETE', `/programs/${parent.body.id}`)).status).toBe(428);
    expect((await call('DELETE', `/programs/${parent.body.id}`, { ifMatch: '"999"' })).status).toBe(412);
    expect((await call('DELETE', `/programs/${parent.body.id}`, { ifMatch: tag(published) })).status).toBe(204);
    for (const path of [`/programs/${parent.body.id}`, `/episodes/${child.body.id}`])
      expect((await call('GET', path)).status).toBe(404);
    for (const id of [parent.body.id, child.body.id]) expect(await documentOf(id)).toHaveProperty('tombstone');
  });
});

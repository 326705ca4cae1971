import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestAnswer, type TestApp } from '@mediamesh/testing';
import { stubMedia, stubMetadata } from '../../test/neighbours.js';
import { cmsService } from '../index.js';

describe('slugs', () => {
  let app: TestApp;
  beforeAll(async () => {
    // whoever waits too long for a connection is told to come again
    app = await startTestApp(cmsService, {
      environment: { DATABASE_POOL: '30' },
      neighbours: [stubMetadata(), stubMedia()],
    });
  });
  afterAll(() => app.close());

  const call = (method: string, path: string, body?: unknown): Promise<TestAnswer> =>
    app.request(`/internal/v1${path}`, { method, user: 'EDITOR', body, headers: { 'if-match': '*' } });
  const create = (title: string) =>
    call('POST', '/programs', { type: 'podcast', defaultLanguage: 'ar', localizations: { ar: { title } } });
  const rename = async (id: string, entry: object): Promise<string> =>
    (await call('PATCH', `/programs/${id}`, { localizations: { ar: entry } })).body.localizations.ar.slug;

  it.each(['ا'.repeat(60), 'a'.repeat(200), 'كلمة طويلة '.repeat(12)])(
    'get a number of their own for every item called %s',
    async (title) => {
      const slugs: string[] = [];
      for (let n = 0; n < 12; n++) {
        const { status, body } = await create(title);
        expect(status).toBe(201);
        slugs.push(body.localizations.ar.slug);
      }
      expect(new Set(slugs).size).toBe(12);
    },
  );

  it('get a number of their own also when many choose at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => create('زحام')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body.localizations.ar.slug)).size).toBe(30);
  });

  it('follow the title, also where it ends in a number, until an editor chooses one, and again later', async () => {
    const { body } = await create('رحلة 2');
    expect(body.localizations.ar.slug).toBe('رحلة-2');
    expect(await rename(body.id, { title: 'رحلة' })).toBe('رحلة');
    expect(await rename(body.id, { slug: 'سفر' })).toBe('سفر');
    expect(await rename(body.id, { title: 'رحلة أخرى' })).toBe('سفر');
    expect(await rename(body.id, { slug: null })).toBe('رحلة-أخرى');
  });

  it('keep the number they were given while the title stays', async () => {
    const first = await create('مكرر');
    const second = await create('مكرر');
    expect(second.body.localizations.ar.slug).toBe('مكرر-2');
    expect(await rename(first.body.id, { title: 'غيره' })).toBe('غيره');
    expect(await rename(second.body.id, { description: 'وصف' })).toBe('مكرر-2');
  });

  it('leave no trace when they were never public, and belong to their item for ever when they were', async () => {
    const { body } = await create('لم ينشر');
    await rename(body.id, { title: 'نشر' });
    expect((await create('لم ينشر')).body.localizations.ar.slug).toBe('لم-ينشر');
    await call('POST', `/programs/${body.id}/publish`);
    await call('POST', `/programs/${body.id}/unpublish`);
    await rename(body.id, { title: 'بعد النشر' });
    expect((await create('نُشِرَ')).body.localizations.ar.slug).toBe('نشر-2');
  });
});

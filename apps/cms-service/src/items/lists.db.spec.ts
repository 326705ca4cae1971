import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestAnswer, type TestApp, type TestBody } from '@mediamesh/testing';
import { stubMedia, stubMetadata } from '../../test/neighbours.js';
import { cmsService } from '../index.js';

describe('a list of programs', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp(cmsService, { neighbours: [stubMetadata(), stubMedia()] });
    const program = (title: string, more: object = {}) => ({
      type: 'podcast',
      defaultLanguage: 'ar',
      localizations: { ar: { title } },
      ...more,
    });
    await create(program('الأول', { category: 'society' }));
    await create(program('الثاني', { category: 'society.philosophy', type: 'film' }));
    await create(
      program('الثالث', {
        category: 'society-pages',
        localizations: { ar: { title: 'الثالث' }, 'ar-SA': { title: 'قهوة' } },
      }),
    );
    for (let n = 0; n < 5; n++) await create(program(`صفحة ${n}`, { type: 'series' }));
  });
  afterAll(() => app.close());

  const create = (body: object): Promise<TestAnswer> =>
    app.request('/internal/v1/programs', { method: 'POST', user: 'EDITOR', body });
  const list = (query: string): Promise<TestAnswer> =>
    app.request(`/internal/v1/programs?${query}`, { user: 'EDITOR' });
  const titles = ({ body }: TestAnswer): string[] => body.items.map((item: TestBody) => item.localizations.ar.title);

  it('is filtered by category with its subcategories, type, language and folded title', async () => {
    expect(titles(await list('category=society'))).toEqual(['الثاني', 'الأول']);
    expect(titles(await list('category=society.philosophy'))).toEqual(['الثاني']);
    expect(titles(await list('category=society&type=film'))).toEqual(['الثاني']);
    expect(titles(await list('language=AR_sa'))).toEqual(['الثالث']);
    expect(titles(await list(`q=${encodeURIComponent('القهوة'.slice(2))}`))).toEqual(['الثالث']);
    expect(titles(await list(`q=${encodeURIComponent('الاوّل')}`))).toEqual(['الأول']);
  });

  it('goes on where it was while others are made, and only with the filters it began with', async () => {
    const first = await list('type=series&limit=2');
    await create({ type: 'series', defaultLanguage: 'ar', localizations: { ar: { title: 'دخيل' } } });
    const second = await list(`type=series&limit=2&cursor=${first.body.next}`);
    const third = await list(`type=series&limit=2&cursor=${second.body.next}`);
    expect([first, second, third].flatMap(titles)).toEqual(['صفحة 4', 'صفحة 3', 'صفحة 2', 'صفحة 1', 'صفحة 0']);
    expect(third.body.next).toBeNull();
    expect(await list(`type=film&cursor=${first.body.next}`)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/query/cursor', code: 'cursor.invalid' }] },
    });
  });
});

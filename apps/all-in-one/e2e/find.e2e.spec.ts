import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type TestBody } from '@mediamesh/testing';
import { type Answer, RunningMesh } from './mesh.js';

describe('what helps the public to find', () => {
  let mesh: RunningMesh;
  let program: TestBody;
  beforeAll(async () => {
    mesh = await RunningMesh.start();
    program = await mesh.publishProgram({
      type: 'podcast',
      defaultLanguage: 'ar',
      category: 'arts.food',
      localizations: {
        ar: { title: 'أسرار القَهْوة & الشاي', description: '<p>رحلة البن</p>' },
        en: { title: 'Coffee Secrets', description: '<p>From farm to cup.</p>' },
      },
    });
    await mesh.publishProgram({
      type: 'documentary',
      defaultLanguage: 'en',
      category: 'history',
      localizations: { en: { title: 'A history of coffee', description: '<p>Coffee houses.</p>' } },
    });
    await mesh.untilFound('coffee', 2);
  });
  afterAll(() => mesh.close());

  const suggest = (q: string, more = ''): Promise<Answer> => mesh.ranked(`/suggest?q=${encodeURIComponent(q)}${more}`);
  const search = (q: string, more = ''): Promise<Answer> => mesh.ranked(`/search?q=${encodeURIComponent(q)}${more}`);

  it('completes what is being typed by titles, marked in the original spelling', async () => {
    for (const q of ['أسر', 'اسرار القه', 'قهو']) {
      const { status, body } = await suggest(q);
      expect({ q, status, body }).toMatchObject({
        q,
        status: 200,
        body: {
          items: [{ id: program.id, kind: 'program', language: 'ar', title: 'أسرار القَهْوة & الشاي' }],
          degraded: false,
        },
      });
    }
    expect((await suggest('القه')).body.items[0].highlight).toBe('أسرار <mark>القَهْوة</mark> &amp; الشاي');
    expect((await suggest('cof')).body.items.map(({ title }: { title: string }) => title)).toEqual([
      'Coffee Secrets',
      'A history of coffee',
    ]);
    expect((await suggest('cof', '&language=ar')).body.items).toEqual([]);
    expect((await suggest('cof', '&limit=21')).status).toBe(422);
  });

  it('counts what a list could be narrowed by', async () => {
    expect((await search('coffee', '&facets=true&category=arts')).body.facets).toEqual({
      kind: [{ value: 'program', count: 1 }],
      type: [{ value: 'podcast', count: 1 }],
      category: [
        { value: 'arts', count: 1 },
        { value: 'arts.food', count: 1 },
        { value: 'history', count: 1 },
      ],
      language: [{ value: 'en', count: 1 }],
      exact: true,
    });
    expect((await search('coffee')).body.facets).toBeNull();
  });

  it('proposes a better question where one finds nothing', async () => {
    expect((await search('cofee secerts')).body).toMatchObject({ items: [], didYouMean: 'coffee secrets' });
    expect((await search('القهووة')).body).toMatchObject({ items: [], didYouMean: 'القهوة' });
    expect((await search('xqzvkw')).body).toMatchObject({ items: [], didYouMean: null });
    expect((await search('coffee')).body.didYouMean).toBeNull();
  });

  it('forgets what is withdrawn', async () => {
    const now = await mesh.editors('GET', `/cms/programs/${program.id}`);
    await mesh.editors('POST', `/cms/programs/${program.id}/unpublish`, {
      headers: { 'if-match': now.headers.get('etag') ?? '' },
    });
    await eventually(
      () => suggest('cof'),
      ({ body }) => body.items.length === 1,
      'the title is suggested no more',
    );
    await eventually(
      () => search('القهووة'),
      ({ body }) => body.didYouMean === null,
      'its words are proposed no more',
    );
    expect((await search('coffee', '&facets=true')).body.facets).toMatchObject({
      category: [{ value: 'history', count: 1 }],
      exact: true,
    });
  });
});

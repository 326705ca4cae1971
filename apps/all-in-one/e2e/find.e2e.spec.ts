import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type TestBody } from '@mediamesh/testing';
import { type Answer, MeshClient } from './mesh-client.js';

describe('what helps the public to find', () => {
  let mesh: MeshClient;
  let program: TestBody;
  beforeAll(async () => {
    mesh = await MeshClient.shared();
    program = await mesh.publishProgram({
      type: 'podcast',
      defaultLanguage: 'ar',
      category: 'arts.food',
      localizations: {
        ar: { title: 'أخبار الزَرَافة & الغابة', description: '<p>رحلة السافانا</p>' },
        en: { title: 'Saffron Secrets', description: '<p>From field to table.</p>' },
      },
    });
    await mesh.publishProgram({
      type: 'documentary',
      defaultLanguage: 'en',
      category: 'history',
      localizations: { en: { title: 'A history of saffron', description: '<p>Saffron houses.</p>' } },
    });
    await mesh.untilFound('saffron', 2);
  });

  const suggest = (q: string, more = ''): Promise<Answer> => mesh.ranked(`/suggest?q=${encodeURIComponent(q)}${more}`);
  const search = (q: string, more = ''): Promise<Answer> => mesh.ranked(`/search?q=${encodeURIComponent(q)}${more}`);

  it('completes what is being typed by titles, marked in the original spelling', async () => {
    for (const q of ['أخب', 'اخبار الزر', 'زرا']) {
      const { status, body } = await suggest(q);
      expect({ q, status, body }).toMatchObject({
        q,
        status: 200,
        body: {
          items: [{ id: program.id, kind: 'program', language: 'ar', title: 'أخبار الزَرَافة & الغابة' }],
          degraded: false,
        },
      });
    }
    expect((await suggest('الزر')).body.items[0].highlight).toBe('أخبار <mark>الزَرَافة</mark> &amp; الغابة');
    expect((await suggest('saf')).body.items.map(({ title }: { title: string }) => title)).toEqual([
      'Saffron Secrets',
      'A history of saffron',
    ]);
    expect((await suggest('saf', '&language=ar')).body.items).toEqual([]);
    expect((await suggest('saf', '&limit=21')).status).toBe(422);
  });

  it('counts what a list could be narrowed by', async () => {
    expect((await search('saffron', '&facets=true&category=arts')).body.facets).toEqual({
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
    expect((await search('saffron')).body.facets).toBeNull();
  });

  it('proposes a better question where one finds nothing', async () => {
    expect((await search('safron secerts')).body).toMatchObject({ items: [], didYouMean: 'saffron secrets' });
    expect((await search('الزراففة')).body).toMatchObject({ items: [], didYouMean: 'الزرافة' });
    expect((await search('xqzvkw')).body).toMatchObject({ items: [], didYouMean: null });
    expect((await search('saffron')).body.didYouMean).toBeNull();
  });

  it('forgets what is withdrawn', async () => {
    const now = await mesh.editors('GET', `/cms/programs/${program.id}`);
    await mesh.editors('POST', `/cms/programs/${program.id}/unpublish`, {
      headers: { 'if-match': now.headers.get('etag') ?? '' },
    });
    await eventually(
      () => suggest('saf'),
      ({ body }) => body.items.length === 1,
      'the title is suggested no more',
    );
    await eventually(
      () => search('الزراففة'),
      ({ body }) => body.didYouMean === null,
      'its words are proposed no more',
    );
    expect((await search('saffron', '&facets=true')).body.facets).toMatchObject({
      category: [{ value: 'history', count: 1 }],
      exact: true,
    });
  });
});

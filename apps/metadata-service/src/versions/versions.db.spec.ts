import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '@mediamesh/testing';
import { metadataService } from '../index.js';

describe('metadata-service', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp(metadataService);
  });
  afterAll(() => app.close());

  const content = (changes: object = {}) => ({
    type: 'podcast',
    defaultLanguage: 'ar',
    localizations: { ar: { title: 'فنجان' } },
    ...changes,
  });
  const put = (versions: unknown[]) =>
    app.request('/internal/v1/versions', { method: 'PUT', user: 'EDITOR', service: 'cms-service', body: { versions } });
  const version = (changes: object = {}, id = randomUUIDv7()) => ({
    id,
    kind: 'program',
    subjectId: randomUUIDv7(),
    content: content(changes),
  });

  it('keeps a version and reads it back equal', async () => {
    const one = version({ category: 'society', tags: ['حوار'] });
    expect(await put([one])).toMatchObject({ status: 200, body: { results: [{ version: { id: one.id } }] } });
    const read = await app.request('/internal/v1/versions/read', {
      method: 'POST',
      service: 'cms-service',
      body: { ids: [one.id, randomUUIDv7()] },
    });
    expect(read.body.versions).toEqual([
      { ...one, content: { ...one.content, explicit: false, people: [], order: 'newest_first' } },
    ]);
  });

  it('changes nothing when the same version comes again, and refuses other content under its id', async () => {
    const one = version();
    expect((await put([one])).status).toBe(200);
    expect((await put([one])).status).toBe(200);
    expect(await put([version({ tags: ['x'] }, one.id)])).toMatchObject({
      status: 409,
      body: { code: 'version.exists' },
    });
  });

  it('names what is wrong in one item of a batch and keeps the others', async () => {
    const { body } = await put([
      version(),
      version({ category: 'nowhere' }),
      version({ localizations: { ar: { title: 5 } } }),
    ]);
    expect(body.results[0].version.content.localizations.ar.title).toBe('فنجان');
    expect(body.results[1].errors).toEqual([{ pointer: '/category', code: 'category.unknown' }]);
    expect(body.results[2].errors).toEqual([
      { pointer: '/localizations/ar/title', code: 'field.type', values: { expected: 'string' } },
    ]);
  });

  it.each([
    ['<p onclick="x()">نص <script>alert(1)</script><a href="javascript:x()">رابط</a></p>', '<p>نص <a>رابط</a></p>'],
    ['<ul><li>a<li>b</ul><img src=x onerror=alert(1)>', '<ul><li>a</li><li>b</li></ul>'],
    ['1 < 2 & 3', '1 &lt; 2 &amp; 3'],
    ['<<script>script>alert(1)<</script>/script>', '&lt;/script&gt;'],
  ])('keeps of the description %s what may be shown', async (description, kept) => {
    const { body } = await put([version({ localizations: { ar: { title: 'فنجان', description } } })]);
    const stored = body.results[0].version.content.localizations.ar.description as string;
    expect(stored).toBe(kept);
    const again = await put([version({ localizations: { ar: { title: 'فنجان', description: stored } } })]);
    expect(again.body.results[0].version.content.localizations.ar.description).toBe(stored);
  });

  it('lists the categories in both languages with a tag', async () => {
    const answer = await app.request('/internal/v1/categories', { user: 'EDITOR' });
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.body.items).toContainEqual({
      key: 'society',
      names: { ar: 'المجتمع والثقافة', en: 'Society & Culture' },
    });
  });

  it.each([
    ['{"versions": [', 'application/json', 400],
    ['{"a":{"__proto__":{}}}', 'application/json', 400],
    ['versions=1', 'application/x-www-form-urlencoded', 415],
    ['{}', 'application/json', 422],
    ['[]', 'application/json', 422],
    ['', 'application/json', 422],
  ])('refuses the body %s (%s) with %i', async (body, type, status) => {
    const answer = await app.request('/internal/v1/versions', {
      method: 'PUT',
      user: 'EDITOR',
      body,
      headers: { 'content-type': type },
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ status, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  it('tells a wrong method from a wrong address, in Arabic where Arabic is asked for', async () => {
    const wrongMethod = await app.request('/internal/v1/categories', {
      method: 'DELETE',
      user: 'ADMIN',
      headers: { 'accept-language': 'ar-EG, en;q=.5' },
    });
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers.get('allow')).toBe('GET, HEAD');
    expect(wrongMethod.body.detail).toBe('هذا العنوان لا يقبل هذه الطريقة');
    expect((await app.request('/internal/v1/nothing', { user: 'ADMIN' })).status).toBe(404);
    expect((await app.request('/%zz', { user: 'ADMIN' })).status).toBe(400);
  });

  it('answers nobody without a service token, whatever headers claim', async () => {
    const headers = { 'x-user-roles': 'ADMIN', 'x-internal': 'true' };
    expect((await app.request('/internal/v1/categories', { user: 'ADMIN', service: null, headers })).status).toBe(401);
  });
});

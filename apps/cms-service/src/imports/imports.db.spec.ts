import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestAnswer, type TestApp, type TestBody } from '@mediamesh/testing';
import { Meanwhile, stubMedia, stubMetadata } from '../../test/neighbours.js';
import { cmsService } from '../index.js';

describe('an import', () => {
  const reading = new Meanwhile();
  const putting = new Meanwhile();
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp(cmsService, { neighbours: [stubMetadata({ reading, putting }), stubMedia()] });
  });
  afterAll(() => app.close());

  const put = (path: string, body: unknown): Promise<TestAnswer> =>
    app.request(`/internal/v1/imports/${path}`, { method: 'PUT', service: 'ingest-service', body });
  const editor = (method: string, path: string, body?: unknown, ifMatch?: string): Promise<TestAnswer> =>
    app.request(`/internal/v1${path}`, {
      method,
      user: 'EDITOR',
      body,
      headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
    });
  const content = (title: string, more: object = {}) => ({
    defaultLanguage: 'ar',
    localizations: { ar: { title } },
    enclosure: { url: `https://cdn.example.org/${encodeURIComponent(title)}.mp3`, type: 'audio/mpeg' },
    ...more,
  });
  const programContent = (title: string) => ({
    type: 'podcast',
    defaultLanguage: 'ar',
    localizations: { ar: { title } },
  });
  const start = async (publish = true) => {
    const source = randomUUIDv7();
    const { body } = await put(`${source}/program`, {
      key: 'program',
      content: programContent(`بودكاست ${source}`),
      publish,
    });
    const send = async (items: { key: string; content: unknown }[], policy = publish): Promise<TestBody[]> =>
      (await put(`${source}/episodes`, { programId: body.programId, publish: policy, items })).body.results;
    return { source, programId: body.programId as string, send };
  };
  const outcomes = (results: TestBody[]) => results.map(({ outcome }) => outcome);

  it('makes a program and its episodes public when everything needed is there', async () => {
    const { programId, send } = await start();
    const results = await send([
      { key: 'a', content: content('الأولى', { number: '1' }) },
      { key: 'b', content: content('الثانية', { enclosure: undefined }) },
    ]);
    expect(results).toMatchObject([
      { key: 'a', outcome: 'new', published: true, codes: [] },
      { key: 'b', outcome: 'new', published: false, codes: ['readiness.media_missing'] },
    ]);
    expect((await editor('GET', `/programs/${programId}`)).body).toMatchObject({
      status: 'published',
      createdBy: null,
      origin: { title: 'source' },
    });
    const { body } = await editor('GET', `/programs/${programId}/episodes`);
    expect(body.items.map(({ status }: TestBody) => status).sort()).toEqual(['draft', 'published']);
  });

  it('doubles nothing when it is repeated, and makes no new version of what says nothing new', async () => {
    const { programId, send } = await start();
    const items = Array.from({ length: 50 }, (_, n) => ({
      key: `k${n}`,
      content: content(`حلقة ${n}`, { number: String(n + 1) }),
    }));
    const [first] = await Promise.all([send(items)]);
    const again = await send(items);
    expect(new Set(outcomes(first ?? []))).toEqual(new Set(['new']));
    expect(again.every(({ outcome, published }) => outcome === 'unchanged' && !published)).toBe(true);
    expect(again.map(({ episodeId }) => episodeId)).toEqual(first?.map(({ episodeId }) => episodeId));
    expect((await editor('GET', `/programs/${programId}/episodes?limit=100`)).body.items).toHaveLength(50);
    expect((await editor('GET', `/episodes/${again[0].episodeId}`)).body.version).toBe(1);
  });

  it('makes each item once when two batches with the same items arrive together', async () => {
    const { programId, send } = await start();
    const items = Array.from({ length: 20 }, (_, n) => ({ key: `k${n}`, content: content('نفس العنوان') }));
    await Promise.all([send(items), send(items), send(items)]);
    const { body } = await editor('GET', `/programs/${programId}/episodes?limit=100`);
    expect(body.items).toHaveLength(20);
    expect(new Set(body.items.map((episode: TestBody) => episode.localizations.ar.slug)).size).toBe(20);
  });

  it('changes what the source owns and leaves alone what an editor has claimed', async () => {
    const { send } = await start();
    const [first] = await send([{ key: 'a', content: content('من المصدر', { durationSeconds: 10 }) }]);
    const before = await editor('GET', `/episodes/${first.episodeId}`);
    const patched = await editor(
      'PATCH',
      `/episodes/${first.episodeId}`,
      { localizations: { ar: { title: 'من المحرر' } } },
      before.headers.get('etag') ?? '',
    );
    await editor('POST', `/episodes/${first.episodeId}/publish`, undefined, patched.headers.get('etag') ?? '');
    const [second] = await send([{ key: 'a', content: content('المصدر غيّر رأيه', { durationSeconds: 20 }) }]);
    expect(second).toMatchObject({ outcome: 'changed', published: true });
    expect((await editor('GET', `/episodes/${first.episodeId}`)).body).toMatchObject({
      localizations: { ar: { title: 'من المحرر', live: true } },
      durationSeconds: 20,
      hasUnpublishedChanges: false,
      origin: { title: 'editor', durationSeconds: 'source' },
    });
  });

  it('takes a subtitle from the source until an editor claims it', async () => {
    const { send } = await start();
    const say = async (subtitle: string) => {
      const [result] = await send([
        { key: 'a', content: content('حلقة', { localizations: { ar: { title: 'حلقة', subtitle } } }) },
      ]);
      return result;
    };
    const read = async (id: string) => (await editor('GET', `/episodes/${id}`)).body;
    const { episodeId } = await say('من المصدر');
    expect(await say('من المصدر أيضًا')).toMatchObject({ outcome: 'changed', published: true });
    expect(await read(episodeId)).toMatchObject({
      localizations: { ar: { subtitle: 'من المصدر أيضًا' } },
      origin: { 'subtitle.ar': 'source' },
    });
    await editor('PATCH', `/episodes/${episodeId}`, { localizations: { ar: { subtitle: 'من المحرر' } } }, '*');
    expect(await say('من المصدر ثالثة')).toMatchObject({ outcome: 'unchanged' });
    expect((await read(episodeId)).localizations.ar).toMatchObject({ title: 'حلقة', subtitle: 'من المحرر' });
  });

  it('does not publish over an editor’s unpublished changes, nor what an editor withdrew', async () => {
    const { send } = await start();
    const [waiting, withdrawn] = await send([
      { key: 'a', content: content('أولى') },
      { key: 'b', content: content('ثانية') },
    ]);
    await editor('PATCH', `/episodes/${waiting.episodeId}`, { tags: ['قيد العمل'] }, '"1"');
    await editor('POST', `/episodes/${withdrawn.episodeId}/unpublish`, undefined, '"1"');
    const results = await send([
      { key: 'a', content: content('أولى', { durationSeconds: 5 }) },
      { key: 'b', content: content('ثانية', { durationSeconds: 5 }) },
    ]);
    expect(results).toMatchObject([
      { outcome: 'changed', published: false },
      { outcome: 'changed', published: false },
    ]);
    expect((await editor('GET', `/episodes/${withdrawn.episodeId}`)).body.status).toBe('unpublished');
  });

  it('drops a number that is taken, with a warning, and keeps the item', async () => {
    const { programId, send } = await start();
    await editor('POST', `/programs/${programId}/episodes`, content('من المحرر', { number: '7' }));
    const results = await send([
      { key: 'a', content: content('أ', { number: '7' }) },
      { key: 'b', content: content('ب', { number: '8' }) },
      { key: 'c', content: content('ج', { number: '8' }) },
    ]);
    expect(results.map(({ outcome, codes }) => [outcome, codes])).toEqual([
      ['new', ['episode.number_taken']],
      ['new', []],
      ['new', ['episode.number_taken']],
    ]);
    const again = await send([{ key: 'b', content: content('ب', { number: '8' }) }]);
    expect(outcomes(again)).toEqual(['unchanged']);
  });

  it('leaves an item the number it had when the new one is taken', async () => {
    const { send } = await start();
    const [first] = await send([
      { key: 'a', content: content('أ', { number: '1', season: 1 }) },
      { key: 'b', content: content('ب', { number: '2', season: 1 }) },
    ]);
    const changed = [{ key: 'a', content: content('أ', { number: '2', season: 1, durationSeconds: 3 }) }];
    expect(await send(changed)).toMatchObject([{ outcome: 'changed', codes: ['episode.number_taken'] }]);
    expect((await editor('GET', `/episodes/${first.episodeId}`)).body).toMatchObject({
      number: '1',
      season: 1,
      durationSeconds: 3,
    });
    expect(await send(changed)).toMatchObject([{ outcome: 'unchanged' }]);
  });

  it('keeps what the source no longer mentions', async () => {
    const { send } = await start();
    const [first] = await send([
      { key: 'a', content: content('أ', { tags: ['قهوة'], people: [{ name: 'ضيف' }], durationSeconds: 3 }) },
    ]);
    expect(await send([{ key: 'a', content: content('أ', { tags: [] }) }])).toMatchObject([{ outcome: 'unchanged' }]);
    expect((await editor('GET', `/episodes/${first.episodeId}`)).body).toMatchObject({
      tags: ['قهوة'],
      people: [{ name: 'ضيف', role: 'host' }],
      durationSeconds: 3,
    });
  });

  it('fails a broken item alone, with pointers, and a key that comes twice', async () => {
    const { send } = await start();
    const results = await send([
      { key: 'a', content: content('سليمة') },
      { key: 'b', content: { ...content('مكسورة'), durationSeconds: -1 } },
      { key: 'c', content: 5 },
      { key: 'a', content: content('مكررة') },
    ]);
    expect(outcomes(results)).toEqual(['new', 'failed', 'failed', 'failed']);
    expect(results[1].errors).toEqual([{ pointer: '/durationSeconds', code: 'field.too_small' }]);
    expect(results[3].codes).toEqual(['field.duplicate']);
  });

  it('fails an item that has the key of the program, and leaves the program alone', async () => {
    const { programId, send } = await start();
    const results = await send([
      { key: 'program', content: content('ليست برنامجا') },
      { key: 'a', content: content('سليمة') },
    ]);
    expect(outcomes(results)).toEqual(['failed', 'new']);
    expect(results[0].errors).toEqual([{ pointer: '/key', code: 'field.duplicate' }]);
    expect((await editor('GET', `/programs/${programId}`)).body.version).toBe(2);
  });

  it('publishes a waiting draft when the policy changes, though nothing else has', async () => {
    const { programId, send } = await start(false);
    const items = [{ key: 'a', content: content('تنتظر') }];
    expect(await send(items)).toMatchObject([{ outcome: 'new', published: false }]);
    expect(await send(items, true)).toMatchObject([
      { outcome: 'unchanged', published: true, codes: ['readiness.program_not_public'] },
    ]);
    expect((await editor('GET', `/programs/${programId}`)).body.status).toBe('draft');
  });

  it('leaves in the trash what an editor threw away', async () => {
    const { send } = await start();
    const [first] = await send([{ key: 'a', content: content('مرمية') }]);
    expect((await editor('DELETE', `/episodes/${first.episodeId}`, undefined, '"1"')).status).toBe(204);
    expect(await send([{ key: 'a', content: content('مرمية وجديدة') }])).toMatchObject([
      { outcome: 'unchanged', codes: ['item.in_trash'] },
    ]);
  });

  it('publishes what the source changed and could not publish before, never an editor’s edit beside it', async () => {
    const { send } = await start();
    const [first] = await send([{ key: 'a', content: content('متأخرة') }]);
    expect(await send([{ key: 'a', content: content('متأخرة', { durationSeconds: 7 }) }], false)).toMatchObject([
      { outcome: 'changed', published: false },
    ]);
    expect(await send([{ key: 'a', content: content('متأخرة', { durationSeconds: 7 }) }])).toMatchObject([
      { outcome: 'unchanged', published: true },
    ]);
    await editor('PATCH', `/episodes/${first.episodeId}`, { tags: ['للمحرر'] }, '*');
    await send([{ key: 'a', content: content('متأخرة', { durationSeconds: 8 }) }], false);
    expect(await send([{ key: 'a', content: content('متأخرة', { durationSeconds: 8 }) }])).toMatchObject([
      { outcome: 'unchanged', published: false },
    ]);
  });

  it('never publishes an edit that was saved while it was under way', async () => {
    const { source, programId } = await start(false);
    reading.set(async () =>
      expect(
        (await editor('PATCH', `/programs/${programId}`, { localizations: { ar: { title: 'نصف تحرير' } } }, '*'))
          .status,
      ).toBe(200),
    );
    const { body } = await put(`${source}/program`, {
      key: 'program',
      content: programContent(`بودكاست ${source}`),
      publish: true,
    });
    expect(body).toMatchObject({ outcome: 'unchanged', published: false });
    expect((await editor('GET', `/programs/${programId}`)).body).toMatchObject({
      status: 'draft',
      localizations: { ar: { title: 'نصف تحرير', live: false } },
    });
  });

  it('takes what is new into what an editor saved meanwhile', async () => {
    const { source, programId } = await start();
    putting.set(async () =>
      expect((await editor('PATCH', `/programs/${programId}`, { tags: ['للمحرر'] }, '*')).status).toBe(200),
    );
    const { status, body } = await put(`${source}/program`, {
      key: 'program',
      content: { ...programContent(`بودكاست ${source}`), explicit: true },
      publish: true,
    });
    expect({ status, body }).toMatchObject({ status: 200, body: { outcome: 'changed', published: false } });
    expect((await editor('GET', `/programs/${programId}`)).body).toMatchObject({
      tags: ['للمحرر'],
      explicit: true,
      hasUnpublishedChanges: true,
    });
  });

  it('makes a program once when the same call comes twice', async () => {
    const source = randomUUIDv7();
    const send = () => put(`${source}/program`, { key: 'program', content: programContent('مرتين'), publish: true });
    const answers = await Promise.all([send(), send(), send(), send()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.programId)).size).toBe(1);
  });

  it('lets only services import', async () => {
    const body = { programId: randomUUIDv7(), publish: false, items: [{ key: 'a', content: content('لا') }] };
    expect(
      (await app.request(`/internal/v1/imports/${randomUUIDv7()}/episodes`, { method: 'PUT', user: 'ADMIN', body }))
        .status,
    ).toBe(403);
    expect(
      (
        await app.request(`/internal/v1/imports/${randomUUIDv7()}/episodes`, {
          method: 'PUT',
          service: 'cms-gateway',
          body,
        })
      ).status,
    ).toBe(401);
  });
});

import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@mediamesh/testing';
import { type Answer, MeshClient } from './mesh-client.js';

describe('the way of a program from an editor to the public', () => {
  let mesh: MeshClient;
  let program: Answer;
  let episode: Answer;
  beforeAll(async () => {
    mesh = await MeshClient.shared();
  });

  const tag = (answer: Answer): string => answer.headers.get('etag') ?? '';
  const found = async (q: string, id: string): Promise<boolean> => {
    const { body } = await mesh.ranked(`/search?q=${encodeURIComponent(q)}`);
    return body.items.some(
      (hit: { program?: { id: string }; episode?: { id: string } }) => (hit.program ?? hit.episode)?.id === id,
    );
  };
  const publish = async (path: string, answer: Answer): Promise<Answer> =>
    mesh.editors('POST', `${path}/publish`, { headers: { 'if-match': tag(answer) } });

  it('creates a program in two languages and an episode, hidden from the public', async () => {
    program = await mesh.editors('POST', '/cms/programs', {
      body: {
        type: 'podcast',
        defaultLanguage: 'ar',
        category: 'arts.design',
        localizations: {
          ar: { title: 'أسرار المنارة', description: '<p>رحلة الضوء من القنديل إلى الأفق، في ١٢ محطة.</p>' },
          en: { title: 'Lighthouse Secrets', description: '<p>From lamp to horizon.</p>' },
        },
      },
    });
    expect(program.status).toBe(201);
    expect(program.headers.get('location')).toBe(`/api/v1/cms/programs/${program.body.id}`);
    episode = await mesh.editors('POST', `/cms/programs/${program.body.id}/episodes`, {
      body: {
        defaultLanguage: 'ar',
        localizations: { ar: { title: 'الحلقة الأولى: الأضواء' } },
        link: 'https://example.org/1',
        number: '1',
        durationSeconds: 1800,
      },
    });
    expect(episode.status).toBe(201);
    expect((await mesh.public(`/programs/${program.body.id}`)).status).toBe(404);
    expect((await mesh.public(`/episodes/${episode.body.id}`)).status).toBe(404);
  });

  it('publishes both', async () => {
    program = await publish(`/cms/programs/${program.body.id}`, program);
    expect(program.status).toBe(200);
    episode = await publish(`/cms/episodes/${episode.body.id}`, episode);
    expect(episode.status).toBe(200);
    await eventually(() => found('المنارة', program.body.id), Boolean, 'the program is searchable');
    await eventually(() => found('الأضواء', episode.body.id), Boolean, 'the episode is searchable');
  });

  it.each(['المناره', 'منارة', 'المَنَارَة', 'مناره', 'القنديل', '12', '١٢', '۱۲', 'Lighthouse', 'lighthouses'])(
    'finds it by %s',
    async (q) => {
      expect(await found(q, program.body.id)).toBe(true);
    },
  );

  it('highlights the original spelling', async () => {
    const { body } = await mesh.ranked(`/search?q=${encodeURIComponent('المناره')}`);
    expect(body).toMatchObject({ degraded: false, total: { value: 1, relation: 'eq' } });
    expect(body.items[0].highlights.title).toBe('أسرار <mark>المنارة</mark>');
  });

  it('serves its page by its slug in the language of the slug, or the one asked for', async () => {
    const arabic = await mesh.public(`/programs/${encodeURIComponent('أسرار-المنارة')}`, { 'accept-language': 'en' });
    expect(arabic).toMatchObject({
      status: 200,
      body: { language: 'ar', title: 'أسرار المنارة', episodeCount: 1, languages: ['ar', 'en'] },
    });
    expect(arabic.headers.get('content-language')).toBe('ar');
    expect((await mesh.public(`/programs/${program.body.id}?lang=en`)).body.title).toBe('Lighthouse Secrets');
    expect((await mesh.public(`/programs/${program.body.id}`, { 'accept-language': 'en-GB' })).body.title).toBe(
      'Lighthouse Secrets',
    );
    expect((await mesh.public(`/programs/${program.body.id}?lang=fr`)).body.title).toBe('أسرار المنارة');
    expect((await mesh.public(`/programs/${program.body.id}?lang=fr&fallback=none`)).status).toBe(404);
    const again = await mesh.public(`/programs/${program.body.id}`, {
      'if-none-match': (await mesh.public(`/programs/${program.body.id}`)).headers.get('etag') ?? '',
    });
    expect(again.status).toBe(304);
  });

  it('shows a new name only after publishing, and leads from the old address to the new one', async () => {
    program = await mesh.editors('PATCH', `/cms/programs/${program.body.id}`, {
      body: { localizations: { ar: { title: 'حكايات الشاي' } } },
      headers: { 'if-match': tag(program) },
    });
    expect(program.status).toBe(200);
    expect((await mesh.public(`/programs/${program.body.id}`)).body.title).toBe('أسرار المنارة');
    expect(await found('الشاي', program.body.id)).toBe(false);

    program = await publish(`/cms/programs/${program.body.id}`, program);
    await eventually(() => found('الشاي', program.body.id), Boolean, 'the new name is searchable');
    const old = await eventually(
      () => mesh.public(`/programs/${encodeURIComponent('أسرار-المنارة')}?lang=ar`),
      ({ status }) => status === 301,
      'the old address leads on',
    );
    expect(old.headers.get('location')).toBe(
      `/api/v1/discovery/programs/${encodeURIComponent('حكايات-الشاي')}?lang=ar`,
    );
    expect((await mesh.public(`/programs/${encodeURIComponent('حكايات-الشاي')}`)).status).toBe(200);
  });

  it('lists it by category and language', async () => {
    const ids = async (query: string): Promise<string[]> =>
      (await mesh.public(`/programs?${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await ids('category=arts')).toContain(program.body.id);
    expect(await ids('category=arts.design&language=en')).toContain(program.body.id);
    expect(await ids('category=history')).not.toContain(program.body.id);
    expect((await mesh.public(`/programs/${program.body.id}/episodes`)).body.items).toMatchObject([
      { id: episode.body.id, number: '1', durationSeconds: 1800, program: { id: program.body.id } },
    ]);
    const food = async () =>
      (await mesh.public('/categories', { 'accept-language': 'ar' })).body.items.find(
        ({ key }: { key: string }) => key === 'arts.design',
      );
    expect(await eventually(food, Boolean, 'the categories are known')).toMatchObject({
      name: 'التصميم',
      programCount: 1,
    });
  });

  it('takes it and its episode from everywhere when it is withdrawn', async () => {
    program = await mesh.editors('POST', `/cms/programs/${program.body.id}/unpublish`, {
      headers: { 'if-match': tag(program) },
    });
    expect(program.body.status).toBe('unpublished');
    await eventually(
      () => found('الشاي', program.body.id),
      (is) => !is,
      'the program is found no more',
    );
    await eventually(
      () => found('الأضواء', episode.body.id),
      (is) => !is,
      'the episode is found no more',
    );
    for (const path of [
      `/programs/${program.body.id}`,
      `/programs/${encodeURIComponent('حكايات-الشاي')}`,
      `/programs/${encodeURIComponent('أسرار-المنارة')}`,
      `/programs/${program.body.id}/episodes`,
      `/episodes/${episode.body.id}`,
    ]) {
      await eventually(
        () => mesh.public(path),
        ({ status }) => status === 404,
        `${path} is there no more`,
      );
    }
  });
});

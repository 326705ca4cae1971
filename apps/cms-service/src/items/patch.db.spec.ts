import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Asset } from '@mediamesh/contracts';
import { startTestApp, type TestAnswer, type TestApp } from '@mediamesh/testing';
import { stubMedia, stubMetadata } from '../../test/neighbours.js';
import { cmsService } from '../index.js';

describe('a merge patch', () => {
  const assets = new Map<string, Asset>();
  let app: TestApp;
  let programId: string;
  beforeAll(async () => {
    app = await startTestApp(cmsService, { neighbours: [stubMetadata(), stubMedia(assets)] });
    programId = (
      await send('POST', '/programs', {
        type: 'podcast',
        defaultLanguage: 'ar',
        localizations: { ar: { title: 'برنامج' } },
      })
    ).body.id;
  });
  afterAll(() => app.close());

  const send = (method: string, path: string, body: unknown): Promise<TestAnswer> =>
    app.request(`/internal/v1${path}`, { method, user: 'EDITOR', body, headers: { 'if-match': '*' } });
  const episode = async (more: object = {}): Promise<(patch: object) => Promise<TestAnswer>> => {
    const { body } = await send('POST', `/programs/${programId}/episodes`, {
      defaultLanguage: 'ar',
      localizations: { ar: { title: 'حلقة', description: 'وصف' }, en: { title: 'Episode' } },
      ...more,
    });
    return (patch) => send('PATCH', `/episodes/${body.id}`, patch);
  };
  const file = (type: Asset['type']): string => {
    const id = randomUUIDv7();
    const at = '2026-01-01T00:00:00.000Z';
    assets.set(id, {
      id,
      fileName: 'f',
      type,
      size: 1,
      sha256: null,
      status: 'ready',
      reason: null,
      width: null,
      height: null,
      durationSeconds: null,
      alt: {},
      path: `${id}/f`,
      version: 1,
      createdAt: at,
      updatedAt: at,
      createdBy: null,
    });
    return id;
  };

  it('takes a language in any spelling, but not twice', async () => {
    const patch = await episode();
    expect(
      Object.keys(
        (await patch({ localizations: { AR: { title: 'جديد' }, en_us: { title: 'New' } } })).body.localizations,
      ).sort(),
    ).toEqual(['ar', 'en', 'en-US']);
    expect(await patch({ localizations: { ar: { title: 'أول' }, AR: { title: 'ثان' } } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/localizations', code: 'field.duplicate' }] },
    });
    expect((await patch({ tags: ['أ'] })).body.localizations.ar.title).toBe('جديد');
  });

  it('sets, changes and removes a subtitle of one line and at most 500 characters', async () => {
    const patch = await episode();
    const say = async (subtitle: string | null) => (await patch({ localizations: { ar: { subtitle } } })).body;
    expect(await say('  قصة\nقصيرة ')).toMatchObject({
      localizations: { ar: { title: 'حلقة', subtitle: 'قصة قصيرة' }, en: { title: 'Episode' } },
      origin: { subtitle: 'editor', 'subtitle.ar': 'editor' },
    });
    expect((await say('س'.repeat(500))).localizations.ar.subtitle).toHaveLength(500);
    expect(await say('س'.repeat(501))).toMatchObject({
      errors: [{ pointer: '/localizations/ar/subtitle', code: 'field.too_long' }],
    });
    expect((await say(null)).localizations.ar).not.toHaveProperty('subtitle');
  });

  it('removes what is null, at any depth, and leaves alone what it does not name', async () => {
    const patch = await episode({
      number: '7',
      season: 2,
      tags: ['أ'],
      explicit: true,
      kind: 'bonus',
      people: [{ name: 'ضيف' }],
    });
    expect(
      await patch({ number: null, tags: null, kind: null, localizations: { ar: { description: null } } }),
    ).toMatchObject({
      status: 200,
      body: {
        version: 2,
        number: null,
        season: 2,
        tags: [],
        kind: 'full',
        explicit: true,
        people: [{ name: 'ضيف', role: 'host' }],
        localizations: { ar: { title: 'حلقة' }, en: { title: 'Episode' } },
      },
    });
    expect((await patch({ localizations: { ar: { description: 'جديد' }, en: null } })).body.localizations).toEqual({
      ar: { title: 'حلقة', description: 'جديد', slug: expect.any(String), live: false },
    });
    expect((await (await episode())({ number: '7', season: 2, kind: 'bonus' })).status).toBe(200);
  });

  it('changes the default language to one that is there, and never takes its text away', async () => {
    const patch = await episode();
    const refused = {
      status: 422,
      body: { errors: [{ pointer: '/localizations', code: 'program.default_language_missing' }] },
    };
    expect(await patch({ localizations: { ar: null } })).toMatchObject(refused);
    expect(await patch({ defaultLanguage: 'fr' })).toMatchObject(refused);
    expect(await patch({ defaultLanguage: 'EN', localizations: { ar: null } })).toMatchObject({
      status: 200,
      body: { defaultLanguage: 'en' },
    });
  });

  it('changes from a file elsewhere to one of ours in one step, never having both', async () => {
    const patch = await episode({ enclosure: { url: 'https://example.org/a.mp3', type: 'audio/mpeg', length: 5 } });
    const media = { assetId: file('audio/mpeg') };
    expect(await patch({ enclosure: { length: null } })).toMatchObject({
      body: { enclosure: { url: 'https://example.org/a.mp3', type: 'audio/mpeg' } },
    });
    expect(await patch({ media })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/enclosure', code: 'episode.media_and_enclosure' }] },
    });
    expect(await patch({ media, enclosure: null })).toMatchObject({ status: 200, body: { media, enclosure: null } });
  });

  it('takes pictures for covers and sound for media, also when the file is in use already', async () => {
    const coverAssetId = file('image/png');
    const patch = await episode({ coverAssetId });
    expect(await patch({ media: { assetId: coverAssetId } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/media/assetId', code: 'asset.kind_mismatch' }] },
    });
  });
});

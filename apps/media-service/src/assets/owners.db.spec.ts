import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contentDeleted } from '@mediamesh/contracts';
import { eventually } from '@mediamesh/testing';
import { makeJpeg, makeMp3, makePng } from '../inspection/sample-files.builder.js';
import { base, editor, type MediaApp, startMediaApp } from './media-app.builder.js';

let media: MediaApp;
beforeAll(async () => void (media = await startMediaApp()));
afterAll(() => media.close());

describe('listing', () => {
  it('pages through assets, newest first, by status, with a cursor that cannot be moved to another list', async () => {
    for (let count = 0; count < 3; count++)
      await media.declare({ fileName: `${count}.png`, type: 'image/png', size: 5 });
    const read = (query: string) => media.app.request(`${base}/assets?${query}`, editor);
    const all = (await read('limit=100')).body;
    expect(all.items.map(({ id }: { id: string }) => id)).toEqual(
      all.items
        .map(({ id }: { id: string }) => id)
        .sort()
        .reverse(),
    );
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: { items: { id: string; status: string }[]; next: string | null } } = await read(
        `limit=2&status=declared${cursor && `&cursor=${cursor}`}`,
      );
      expect(body.items.every(({ status }) => status === 'declared')).toBe(true);
      pages.push(...body.items.map(({ id }) => id));
      cursor = body.next;
    }
    expect(pages).toEqual(
      all.items.filter(({ status }: { status: string }) => status === 'declared').map(({ id }: { id: string }) => id),
    );
    const { body: first } = await read('limit=1&status=declared');
    expect((await read(`status=ready&cursor=${first.next}`)).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/query/cursor', code: 'cursor.invalid' }],
    });
  });

  it('reads many at once and leaves out the unknown', async () => {
    const one = await media.makeReady();
    const { body } = await media.app.request(`${base}/assets/read`, {
      service: 'cms-service',
      method: 'POST',
      body: { ids: [randomUUIDv7(), one.id, one.id] },
    });
    expect(body).toEqual({ assets: [one] });
  });
});

describe('claims', () => {
  it('may be repeated, and refuse unknown assets by their place', async () => {
    const [asset, owner] = [await media.makeReady(), randomUUIDv7()];
    expect((await media.claim(owner, [asset.id])).body).toEqual({ assets: [asset] });
    expect((await media.claim(owner, [asset.id, asset.id])).body).toEqual({ assets: [asset] });
    expect((await media.claim(owner, [asset.id, randomUUIDv7()])).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/assetIds/1', code: 'asset.not_found' }],
    });
  });

  it('are released when their owner is purged', async () => {
    const [{ body: asset }, owner] = [
      await media.declare({ fileName: 'a.png', type: 'image/png', size: 5 }),
      randomUUIDv7(),
    ];
    await media.claim(owner, [asset.id]);
    expect(await media.countClaims(owner)).toBe(1);
    await media.app.deliver(contentDeleted, { id: owner, kind: 'program', programId: owner });
    await eventually(
      () => media.countClaims(owner),
      (count) => count === 0,
      'the claim is gone',
    );
  });
});

describe('pictures of feeds', () => {
  const keep = (
    url: string,
    bytes: Buffer,
    type = 'image/png',
    service: 'ingest-service' | 'cms-gateway' = 'ingest-service',
  ) =>
    media.app.request(`${base}/images?sourceUrl=${encodeURIComponent(url)}`, {
      service,
      method: 'POST',
      body: bytes,
      headers: { 'content-type': type },
    });

  it('are one asset as long as their bytes are the same', async () => {
    const url = `https://example.org/${randomUUIDv7()}/${encodeURIComponent('غلاف')}.png`;
    const answers = await Promise.all(Array.from({ length: 5 }, () => keep(url, makePng({ width: 5 }))));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, body: { status: 'ready', width: 5, fileName: 'غلاف.png' } });
    const changed = await keep(url, makePng({ width: 6 }));
    expect(changed.body).toMatchObject({ width: 6 });
    expect(changed.body.id).not.toBe(answers[0]?.body.id);
    expect((await media.get(answers[0]?.body.id)).body).toMatchObject({ status: 'ready', width: 5 });
    expect(
      (await media.listObjects()).filter((entry) => answers.some(({ body }) => entry.parentPath.endsWith(body.id)))
        .length,
    ).toBe(1);
  });

  it('are what they really are, and nothing but pictures', async () => {
    expect((await keep('https://example.org/a.png', makeJpeg(), 'image/png')).body).toMatchObject({
      type: 'image/jpeg',
      path: expect.stringMatching(/\/a\.jpg$/),
    });
    expect((await keep('https://example.org/b', makeMp3(), 'audio/mpeg')).body).toMatchObject({
      status: 422,
      errors: [{ code: 'asset.type_not_allowed' }],
    });
    expect((await keep('https://example.org/c', makeMp3(), 'image/png')).body).toMatchObject({
      status: 422,
      code: 'asset.type_mismatch',
    });
    expect((await keep('https://example.org/d', makePng({ width: 50_000, height: 50_000 }))).body).toMatchObject({
      status: 422,
      code: 'asset.too_many_pixels',
    });
    expect((await keep('https://example.org/e', makePng(), 'image/png', 'cms-gateway')).status).toBe(401);
    expect((await keep('not an address', makePng())).status).toBe(422);
  });
});

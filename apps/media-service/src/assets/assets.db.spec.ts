import { createHash, randomUUIDv7 } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@mediamesh/testing';
import { makeJpeg, makeMp3, makeMp4, makePng } from '../inspection/sample-files.builder.js';
import { base, type MediaApp, signedIn, startMediaApp } from './media-app.builder.js';

let media: MediaApp;
beforeAll(async () => void (media = await startMediaApp()));
afterAll(() => media.close());

describe('declaring', () => {
  it('answers where to upload: at the CMS gateway', async () => {
    const { status, body, headers } = await media.declare({
      fileName: 'غلاف.png',
      type: 'image/png',
      size: 70,
      alt: { ar: 'غلاف' },
    });
    expect([status, headers.get('location'), headers.get('etag')]).toEqual([201, `${base}/assets/${body.id}`, '"1"']);
    expect(body).toMatchObject({
      status: 'declared',
      fileName: 'غلاف.png',
      alt: { ar: 'غلاف' },
      path: null,
      createdBy: media.app.users.EDITOR.id,
    });
    expect(body.upload).toMatchObject({
      method: 'PUT',
      url: expect.stringMatching(/^https:\/\/cms\.example\/api\/v1\/media\/uploads\/[\w.-]+$/),
      headers: { 'content-type': 'image/png' },
    });
    expect(Date.parse(body.upload.expiresAt)).toBeGreaterThan(Date.now());
    expect(Object.keys(body)).not.toContain('objectKey');
  });

  it('refuses types that are not kept and sizes that are no size', async () => {
    expect((await media.declare({ fileName: 'a.svg', type: 'image/svg+xml', size: 5 })).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/type', code: 'asset.type_not_allowed' }],
    });
    expect((await media.declare({ fileName: 'a.png', type: 'image/png', size: 0 })).status).toBe(422);
    expect(
      (await media.declare({ fileName: 'a.mp4', type: 'video/mp4', size: 2 * 1024 ** 3 + 1 })).body.errors,
    ).toMatchObject([{ pointer: '/size' }]);
    expect((await media.declare({ fileName: 'a.mp4', type: 'video/mp4', size: 2 * 1024 ** 3 })).status).toBe(201);
  });

  it('is for editors', async () => {
    expect((await media.app.request(`${base}/assets`, { user: 'USER', method: 'POST', body: {} })).status).toBe(403);
    expect((await media.app.request(`${base}/assets`, { method: 'POST', body: {} })).status).toBe(401);
    expect(
      (await media.app.request(`${base}/assets`, { user: 'EDITOR', service: null, method: 'POST', body: {} })).status,
    ).toBe(401);
  });
});

describe('uploading', () => {
  it('makes an asset ready, with its measures and checksum', async () => {
    const bytes = makePng({ width: 30, height: 20 });
    const { id } = await media.makeUploaded(bytes);
    const { status, body, headers } = await media.complete(id);
    expect([status, headers.get('etag')]).toEqual([200, '"2"']);
    expect(body).toMatchObject({
      status: 'ready',
      width: 30,
      height: 20,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      path: `${id}/cover.png`,
      durationSeconds: null,
    });
    expect((await media.get(id)).body).toEqual(body);
  });

  it('reads the duration of recordings', async () => {
    expect(await media.makeReady(makeMp3({ frames: 400 }), { type: 'audio/mpeg', fileName: 'e.mp3' })).toMatchObject({
      durationSeconds: 10,
      width: null,
    });
    expect(await media.makeReady(makeMp4({ seconds: 90 }), { type: 'video/mp4', fileName: 'e.mp4' })).toMatchObject({
      durationSeconds: 90,
    });
    expect(
      await media.makeReady(makeMp4({ brand: 'M4A ', handlers: ['soun'] }), { type: 'audio/mp4', fileName: 'e.m4a' }),
    ).toMatchObject({ path: expect.stringMatching(/\/e\.m4a$/) });
  });

  it('refuses links that are not ours', async () => {
    const bytes = makePng();
    const { body: asset } = await media.declare({ fileName: 'a.png', type: 'image/png', size: bytes.length });
    const signed = signedIn(asset);
    for (const wrong of [`${signed}x`, signed.slice(0, -2), 'nonsense', `x${signed}`]) {
      expect((await media.upload(wrong, bytes)).body).toMatchObject({ status: 403, code: 'upload.refused' });
    }
    expect((await media.app.request(`${base}/uploads/${signed}`, { service: null, method: 'POST' })).status).toBe(405);
    expect((await media.complete(asset.id)).body).toMatchObject({ status: 409, code: 'asset.not_uploaded' });
  });

  it('takes exactly the type and the number of bytes that were declared', async () => {
    const bytes = makePng();
    const { body: asset } = await media.declare({ fileName: 'a.png', type: 'image/png', size: bytes.length });
    const signed = signedIn(asset);
    expect((await media.upload(signed, bytes, { 'content-type': 'image/jpeg' })).status).toBe(415);
    expect(
      (await media.upload(signed, bytes, { 'content-type': 'image/png', 'content-encoding': 'gzip' })).status,
    ).toBe(415);
    expect((await media.upload(signed, Buffer.concat([bytes, Buffer.from('x')]))).status).toBe(413);
    expect((await media.upload(signed, Buffer.alloc(20 * 1024 ** 2))).status).toBe(413);
    expect((await media.upload(signed, bytes.subarray(1))).body).toMatchObject({
      status: 422,
      code: 'asset.size_mismatch',
    });
    expect(await sendChunked(signed, [bytes, ...Array.from({ length: 50 }, () => Buffer.alloc(200_000))])).toBe(413);
    expect(await sendChunked(signed, [bytes.subarray(0, 10)])).toBe(422);
    expect((await media.complete(asset.id)).status).toBe(409);
    expect(await sendChunked(signed, [bytes.subarray(0, 10), bytes.subarray(10)])).toBe(204);
    expect((await media.complete(asset.id)).status).toBe(200);
  });

  it('ends uploads that drip or break off, and leaves nothing of them', async () => {
    const impatient = await startMediaApp({ MEDIA_UPLOAD_WINDOW_SECONDS: '0.5' });
    try {
      const { body: asset } = await impatient.declare({ fileName: 'a.png', type: 'image/png', size: 5_000 });
      const signed = signedIn(asset);
      expect(await sendChunked(signed, [Buffer.alloc(10)], 'leave open', impatient)).toBe(408);
      expect(await sendChunked(signed, [Buffer.alloc(10)], 'break off', impatient)).toBe('cut');
      await eventually(
        () => readdir(join(impatient.folder, 'incoming')),
        (files) => files.length === 0,
        'nothing half-written stays',
      );
      expect(await impatient.listObjects()).toEqual([]);
      expect((await impatient.complete(asset.id)).status).toBe(409);
    } finally {
      await impatient.close();
    }
  });

  it('lets a later upload replace an earlier one, until the asset is complete', async () => {
    const [first, second] = [makePng({ width: 2 }), makePng({ width: 3 })];
    const asset = await media.makeUploaded(first);
    const before = (await media.listObjects()).length;
    expect((await media.upload(signedIn(asset), second)).status).toBe(204);
    expect((await media.listObjects()).length).toBe(before);
    expect((await media.complete(asset.id)).body).toMatchObject({ width: 3 });
    expect((await media.upload(signedIn(asset), first)).body).toMatchObject({
      status: 409,
      code: 'asset.already_complete',
    });
    expect((await media.listObjects()).length).toBe(before);
  });

  it('never makes other bytes ready than those examined, whoever uploads meanwhile', async () => {
    const [good, bad] = [makePng({ width: 7 }), Buffer.alloc(makePng().length, 'x')];
    const asset = await media.makeUploaded(good);
    const work = Array.from({ length: 20 }, (_, index) =>
      index % 4 === 0 ? media.complete(asset.id) : media.upload(signedIn(asset), index % 2 === 0 ? bad : good),
    );
    const answers = await Promise.all(work);
    expect(answers.every(({ status }) => [200, 204, 409, 422, 503].includes(status))).toBe(true);
    const { body } = await media.get(asset.id);
    if (body.status === 'ready')
      expect(body).toMatchObject({ width: 7, sha256: createHash('sha256').update(good).digest('hex') });
    expect(
      (await media.listObjects()).filter((entry) => entry.parentPath.endsWith(asset.id)).length,
    ).toBeLessThanOrEqual(1);
  });
});

describe('completing', () => {
  it('knows no unknown asset, and none without bytes', async () => {
    expect((await media.complete(randomUUIDv7())).body).toMatchObject({ status: 404, code: 'asset.not_found' });
    const { body } = await media.declare({ fileName: 'a.png', type: 'image/png', size: 5 });
    expect((await media.complete(body.id)).body).toMatchObject({ status: 409, code: 'asset.not_uploaded' });
  });

  it('happens once, however many ask', async () => {
    const { id } = await media.makeUploaded(makePng());
    const answers = await Promise.all(Array.from({ length: 8 }, () => media.complete(id)));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ status: 'ready', version: 2 });
    expect((await media.complete(id)).body).toEqual(answers[0]?.body);
    expect(await media.eventsOf(id)).toHaveLength(1);
  });

  it('tells everybody who claimed the asset what its file is', async () => {
    const [{ id }, owner] = [await media.makeUploaded(makePng(), { alt: { en: 'Cover' } }), randomUUIDv7()];
    await media.app.request(`${base}/claims`, {
      service: 'cms-service',
      method: 'PUT',
      body: { ownerId: owner, assetIds: [id] },
    });
    await media.complete(id);
    const file = {
      assetId: id,
      path: `${id}/cover.png`,
      type: 'image/png',
      length: makePng().length,
      width: 1,
      height: 1,
      alt: { en: 'Cover' },
    };
    expect(await media.eventsOf(id)).toEqual([
      { type: 'media.asset.ready', data: { assetId: id, owners: [owner], file } },
    ]);
  });

  it.each([
    ['a JPEG declared as PNG', makeJpeg(), {}, 'asset.type_mismatch'],
    ['a page declared as PNG', Buffer.from('<html><script>alert(1)</script></html>'), {}, 'asset.type_mismatch'],
    ['a truncated PNG', makePng().subarray(0, 50), {}, 'asset.damaged'],
    ['a PNG of 30,000 × 30,000 pixels', makePng({ width: 30_000, height: 30_000 }), {}, 'asset.too_many_pixels'],
    ['another checksum', makePng(), { sha256: '0'.repeat(64) }, 'asset.checksum_mismatch'],
    [
      'an M4A declared as MP4',
      makeMp4({ brand: 'M4A ', handlers: ['soun'] }),
      { type: 'video/mp4' },
      'asset.type_mismatch',
    ],
  ])('rejects %s for good, and tells why', async (_, bytes, options, reason) => {
    const { id, upload: link } = await media.makeUploaded(bytes, options);
    const first = await media.complete(id);
    expect(first.body).toMatchObject({ status: 422, code: reason });
    expect((await media.complete(id)).body).toMatchObject({ status: 422, code: reason });
    expect((await media.get(id)).body).toMatchObject({ status: 'rejected', reason, path: null });
    expect((await media.listObjects()).some((entry) => entry.parentPath.endsWith(id))).toBe(false);
    expect(await media.eventsOf(id)).toEqual([{ type: 'media.asset.rejected', data: { assetId: id, reason } }]);
    expect((await media.upload(signedIn({ upload: link }), bytes, link.headers)).body).toMatchObject({
      status: 409,
      code: 'asset.rejected',
    });
  });
});

/** Sends a body without announcing its length. */
function sendChunked(
  signed: string,
  chunks: Buffer[],
  end: 'end' | 'leave open' | 'break off' = 'end',
  { app } = media,
): Promise<number | 'cut'> {
  return new Promise((resolve) => {
    const request = httpRequest(
      `${app.url}${base}/uploads/${signed}`,
      { method: 'PUT', headers: { 'content-type': 'image/png', 'transfer-encoding': 'chunked' } },
      (response) => {
        response.resume().once('end', () => {
          resolve(response.statusCode ?? 0);
          request.destroy();
        });
      },
    );
    request.on('error', () => resolve('cut'));
    for (const chunk of chunks) request.write(chunk);
    if (end === 'end') request.end();
    if (end === 'break off') request.write('x', () => request.destroy());
  });
}

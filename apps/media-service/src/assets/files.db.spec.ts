import { randomUUIDv7 } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contentPublished, contentUnpublished, contentUpdated } from '@mediamesh/contracts';
import { eventually } from '@mediamesh/testing';
import { makeMp3, makePng } from '../inspection/sample-files.builder.js';
import { base, documentWith, type MediaApp, startMediaApp, type UploadOptions } from './media-app.builder.js';

let media: MediaApp;
beforeAll(async () => void (media = await startMediaApp()));
afterAll(() => media.close());

const untilStatus = (path: string, status: number) =>
  eventually(
    () => media.readFile(path),
    (answer) => answer.status === status,
    `the file answers ${status}`,
  );

async function makePublic(bytes: Buffer = makePng(), options: UploadOptions = {}) {
  const asset = await media.makeReady(bytes, options);
  await media.app.deliver(contentPublished, { document: documentWith(asset.id) });
  await untilStatus(asset.path, 200);
  return asset;
}

describe('delivery', () => {
  it('gives out a file only while a live document names it', async () => {
    const asset = await media.makeReady();
    expect((await media.readFile(asset.path)).body).toMatchObject({ status: 404, code: 'file.not_found' });
    const document = documentWith(asset.id, { revision: 7 });
    await media.app.deliver(contentPublished, { document });
    await untilStatus(asset.path, 200);
    await media.app.deliver(contentUpdated, { document: documentWith(null, { id: document.id, revision: 8 }) });
    await untilStatus(asset.path, 404);
  });

  it('is not deceived by late, repeated and outdated events', async () => {
    const asset = await media.makeReady();
    const id = randomUUIDv7();
    const other = await media.makeReady(makePng({ width: 9 }));
    await media.app.deliver(contentUnpublished, { id, kind: 'program', programId: id, revision: 5 });
    await media.app.deliver(contentPublished, { document: documentWith(asset.id, { id, revision: 4 }) });
    await media.untilAllHandled();
    expect((await media.readFile(asset.path)).status).toBe(404);
    await media.app.deliver(contentPublished, { document: documentWith(other.id, { id, revision: 6 }) });
    await media.app.deliver(contentUpdated, { document: documentWith(asset.id, { id, revision: 6 }) });
    await media.untilAllHandled();
    expect([(await media.readFile(other.path)).status, (await media.readFile(asset.path)).status]).toEqual([200, 404]);
  });

  it('answers the exact address only', async () => {
    const asset = await makePublic();
    for (const path of [
      `${asset.id}/other.png`,
      `${asset.id}/COVER.png`,
      `${randomUUIDv7()}/cover.png`,
      `${asset.id}/..%2f${asset.id}%2fcover.png`,
      `${asset.id}/cover.png%00`,
    ]) {
      expect([path, (await media.readFile(path)).status]).toEqual([path, 404]);
    }
    expect((await media.app.request(`${base}/files/${asset.path}`, { service: null })).status).toBe(401);
  });

  it('names type, name and tag of what it gives, and leaves to the gateway how it may be kept', async () => {
    const asset = await makePublic(makePng({ width: 11 }), { fileName: 'غلاف.php' });
    const { status, headers } = await media.readFile(asset.path);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
      'accept-ranges': 'bytes',
      etag: `"${asset.sha256}"`,
      'content-length': String(asset.size),
      'content-disposition': `inline; filename="____.png"; filename*=UTF-8''%D8%BA%D9%84%D8%A7%D9%81.png`,
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    const head = await media.readFile(asset.path, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), head.headers.get('content-type'), head.body]).toEqual([
      200,
      String(asset.size),
      'image/png',
      '',
    ]);
  });

  it('answers 304 to who has it', async () => {
    const asset = await makePublic();
    for (const tag of [`"${asset.sha256}"`, `W/"${asset.sha256}"`, '*', `"x", "${asset.sha256}"`]) {
      const { status, body, headers } = await media.readFile(asset.path, { 'if-none-match': tag, range: 'bytes=0-1' });
      expect([tag, status, body, headers.get('etag')]).toEqual([tag, 304, '', `"${asset.sha256}"`]);
    }
    expect((await media.readFile(asset.path, { 'if-none-match': '"x"' })).status).toBe(200);
  });

  it('gives parts', async () => {
    const bytes = makeMp3({ frames: 100 });
    const asset = await makePublic(bytes, { type: 'audio/mpeg', fileName: 'e.mp3' });
    const part = await fetchBytes(asset.path, { range: 'bytes=400-420' });
    expect([part.status, part.range, part.length]).toEqual([206, `bytes 400-420/${bytes.length}`, '21']);
    expect(part.bytes.equals(bytes.subarray(400, 421))).toBe(true);
    expect((await fetchBytes(asset.path, { range: 'bytes=-5' })).bytes.equals(bytes.subarray(-5))).toBe(true);
    expect((await fetchBytes(asset.path, { range: 'bytes=0-1,3-4' })).status).toBe(200);
    expect((await fetchBytes(asset.path, { range: 'bytes=0-1', 'if-range': '"old"' })).bytes.equals(bytes)).toBe(true);
    expect((await fetchBytes(asset.path, { range: 'bytes=0-1', 'if-range': `"${asset.sha256}"` })).status).toBe(206);
    const beyond = await media.readFile(asset.path, { range: `bytes=${bytes.length}-` });
    expect([beyond.status, beyond.headers.get('content-range'), beyond.headers.get('content-type')]).toEqual([
      416,
      `bytes */${bytes.length}`,
      'application/problem+json; charset=utf-8',
    ]);
    for (const range of ['bytes=0-1', `bytes=${bytes.length}-`]) {
      const head = await media.readFile(asset.path, { range }, 'HEAD');
      expect([head.status, head.headers.get('content-length'), head.headers.get('content-range')]).toEqual([
        200,
        String(bytes.length),
        null,
      ]);
    }
  });

  it('says that bytes which are missing are not available, and caches nothing', async () => {
    const asset = await makePublic();
    await rm(join(media.folder, 'objects', asset.id), { recursive: true });
    const { status, headers } = await media.readFile(asset.path);
    expect([status, headers.get('cache-control'), headers.get('retry-after')]).toEqual([503, 'no-store', '5']);
    expect((await media.readFile(asset.path, {}, 'HEAD')).status).toBe(503);
  });
});

async function fetchBytes(path: string, headers: Record<string, string>) {
  const token = await media.app.authority.serviceToken('discovery-gateway' as never, 'media-service');
  const response = await fetch(`${media.app.url}${base}/files/${path}`, {
    headers: { ...headers, 'x-service-authorization': `Bearer ${token}` },
  });
  return {
    status: response.status,
    range: response.headers.get('content-range'),
    length: response.headers.get('content-length'),
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

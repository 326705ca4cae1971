import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type TestBody } from '@mediamesh/testing';
import { type Answer, MeshClient, request } from './mesh-client.js';

/** A picture of one colour, made here. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(body));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc((width * 3 + 1) * height);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe('a cover on its way from an editor to the public', () => {
  const bytes = png(64, 48);
  let mesh: MeshClient;
  let asset: TestBody;
  let program: Answer;
  let url: string;
  beforeAll(async () => {
    mesh = await MeshClient.shared();
  });

  const upload = (
    body: Uint8Array,
    target = asset.upload as { url: string; headers: Record<string, string> },
  ): Promise<Answer> => request('PUT', target.url, { body, headers: target.headers });
  /** Whoever keeps the bytes says no in its own words: we promise that it does. */
  const isRefused = ({ status }: Answer): boolean => status >= 400 && status < 500;
  const isTaken = ({ status }: Answer): boolean => status === 200 || status === 204;
  const declare = async (more: object = {}): Promise<Answer> =>
    mesh.editors('POST', '/media/assets', {
      body: { fileName: 'غلاف.png', type: 'image/png', size: bytes.length, alt: { ar: 'غلاف البرنامج' }, ...more },
    });

  it('is declared and gets a signed address to send the bytes to', async () => {
    const answer = await declare({ sha256: createHash('sha256').update(bytes).digest('hex') });
    expect(answer).toMatchObject({ status: 201, body: { status: 'declared', type: 'image/png', path: null } });
    asset = answer.body;
    expect(asset.upload).toMatchObject({ method: 'PUT', url: expect.stringMatching(/^https?:\/\//) });
    expect(await declare({ type: 'image/svg+xml' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/type', code: 'asset.type_not_allowed' }] },
    });
    expect(await mesh.editors('POST', `/media/assets/${asset.id}/complete`)).toMatchObject({
      status: 409,
      body: { code: 'asset.not_uploaded' },
    });
  });

  it('takes exactly the bytes declared, at exactly this address', async () => {
    expect(await upload(bytes, { ...asset.upload, url: `${asset.upload.url}x` })).toMatchObject({ status: 403 });
    expect(isRefused(await upload(Buffer.concat([bytes, bytes])))).toBe(true);
    expect(isRefused(await upload(bytes.subarray(0, 20)))).toBe(true);
    expect(await mesh.editors('POST', `/media/assets/${asset.id}/complete`)).toMatchObject({
      status: 409,
      body: { code: 'asset.not_uploaded' },
    });
    expect(isTaken(await upload(bytes))).toBe(true);
    expect(await mesh.editors('POST', `/media/assets/${asset.id}/complete`)).toMatchObject({
      status: 200,
      body: { status: 'ready', width: 64, height: 48, sha256: createHash('sha256').update(bytes).digest('hex') },
    });
    expect((await mesh.editors('POST', `/media/assets/${asset.id}/complete`)).status).toBe(200);
  });

  it('refuses bytes that are not what they were declared to be', async () => {
    const { body } = await declare({ type: 'image/jpeg' });
    expect(isTaken(await upload(bytes, body.upload))).toBe(true);
    expect(await mesh.editors('POST', `/media/assets/${body.id}/complete`)).toMatchObject({
      status: 422,
      body: { code: 'asset.type_mismatch' },
    });
    expect((await mesh.editors('GET', `/media/assets/${body.id}`)).body).toMatchObject({
      status: 'rejected',
      reason: 'asset.type_mismatch',
    });
  });

  it('is nobody’s business while its program is a draft', async () => {
    program = await mesh.editors('POST', '/cms/programs', {
      body: {
        type: 'film',
        defaultLanguage: 'ar',
        localizations: { ar: { title: 'فيلم بغلاف' } },
        coverAssetId: asset.id,
      },
    });
    expect(program.status).toBe(201);
    const { path } = (await mesh.editors('GET', `/media/assets/${asset.id}`)).body;
    expect((await request('GET', `${mesh.file.discovery}/media/${path}`)).status).toBe(404);
    const wrong = await mesh.editors('POST', '/cms/programs', {
      body: {
        type: 'film',
        defaultLanguage: 'ar',
        localizations: { ar: { title: 'لا غلاف' } },
        coverAssetId: program.body.id,
      },
    });
    expect(wrong).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/coverAssetId', code: 'asset.not_found' }] },
    });
  });

  it('is delivered under an immutable address once the program is public', async () => {
    await mesh.editors('POST', `/cms/programs/${program.body.id}/publish`, {
      headers: { 'if-match': program.headers.get('etag') ?? '' },
    });
    const page = await eventually(
      () => mesh.public(`/programs/${program.body.id}`),
      ({ status }) => status === 200,
      'the program is public',
    );
    expect(page.body.cover).toMatchObject({
      width: 64,
      height: 48,
      alt: 'غلاف البرنامج',
      url: expect.stringContaining('/media/'),
    });
    url = page.body.cover.url as string;
    const response = await eventually(
      () => fetch(url),
      ({ status }) => status === 200,
      'the cover is served',
    );
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toContain('immutable');
  });

  it('answers HEAD, ranges and conditions', async () => {
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), head.headers.get('accept-ranges')]).toEqual([
      200,
      String(bytes.length),
      'bytes',
    ]);
    const range = await fetch(url, { headers: { range: 'bytes=0-7' } });
    expect([
      range.status,
      range.headers.get('content-range'),
      Buffer.from(await range.arrayBuffer()).toString('hex'),
    ]).toEqual([206, `bytes 0-7/${bytes.length}`, '89504e470d0a1a0a']);
    const beyond = await fetch(url, { headers: { range: `bytes=${bytes.length}-` } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
    expect((await fetch(url, { headers: { 'if-none-match': head.headers.get('etag') ?? '' } })).status).toBe(304);
    expect((await fetch(`${url}x`, { method: 'HEAD' })).status).toBe(404);
  });

  it('is gone with its program', async () => {
    const { headers } = await mesh.editors('GET', `/cms/programs/${program.body.id}`);
    expect(
      (
        await mesh.editors('DELETE', `/cms/programs/${program.body.id}`, {
          headers: { 'if-match': headers.get('etag') ?? '' },
        })
      ).status,
    ).toBe(204);
    await eventually(
      () => fetch(url),
      ({ status }) => status === 404,
      'the cover is served no more',
    );
  });
});

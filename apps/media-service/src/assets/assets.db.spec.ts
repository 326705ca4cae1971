import { createHash, randomUUIDv7 } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contentDeleted, contentPublished, contentUnpublished, contentUpdated, type PublicDocument } from '@mediamesh/contracts';
import { silentLogger } from '@mediamesh/observability';
import { type Database, openDatabase } from '@mediamesh/postgres';
import { eventually, startTestApp, type TestApp } from '@mediamesh/testing';
import { mediaService } from '../index.js';
import { makeJpeg, makeMp3, makeMp4, makePng } from '../inspection/sample-files.js';

const base = '/internal/v1';
const editor = { user: 'EDITOR' } as const;
let app: TestApp;
let folder: string;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediamesh-media-'));
  app = await startTestApp(mediaService, {
    environment: { MEDIA_FOLDER: folder, MEDIA_UPLOAD_SECRET: 'a secret of at least thirty-two characters', CMS_PUBLIC_URL: 'https://cms.example/', MEDIA_UPLOAD_WINDOW_SECONDS: '0.5' },
  });
  database = await openDatabase({ name: 'media', url: app.databaseUrl ?? '', poolSize: 2, logger: silentLogger });
});
afterAll(async () => {
  await database.close();
  await app.close();
  await rm(folder, { recursive: true });
});

const declare = (body: object) => app.request(`${base}/assets`, { ...editor, method: 'POST', body });
const complete = (id: string) => app.request(`${base}/assets/${id}/complete`, { ...editor, method: 'POST' });
const get = (id: string) => app.request(`${base}/assets/${id}`, editor);
const signedIn = (asset: { upload: { url: string } }): string => asset.upload.url.split('/').at(-1) ?? '';
const upload = (signed: string, body: Buffer, headers: Record<string, string> = { 'content-type': 'image/png' }) =>
  app.request(`${base}/uploads/${signed}`, { service: null, method: 'PUT', body, headers });
const listObjects = async () => (await readdir(join(folder, 'objects'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

/** An asset with its bytes uploaded, not yet complete. */
async function makeUploaded(bytes: Buffer, { type = 'image/png', fileName = 'cover.png', ...more }: { type?: string; fileName?: string; sha256?: string; alt?: object } = {}) {
  const { body: asset } = await declare({ fileName, type, size: bytes.length, ...more });
  expect((await upload(signedIn(asset), bytes, { 'content-type': type })).status).toBe(204);
  return asset;
}

async function makeReady(bytes: Buffer = makePng(), options: Parameters<typeof makeUploaded>[1] = {}) {
  const { id } = await makeUploaded(bytes, options);
  const answer = await complete(id);
  expect(answer.status).toBe(200);
  return answer.body;
}

function documentWith(coverId: string | null, { id = randomUUIDv7(), revision = 1 }: { id?: string; revision?: number } = {}): PublicDocument {
  const file = (assetId: string) => ({ assetId, path: `${assetId}/x.png`, type: 'image/png', length: 1 });
  return {
    kind: 'program', id, revision, type: 'podcast', category: null, defaultLanguage: 'ar', localizations: {}, formerSlugs: [], tags: [], people: [], explicit: false,
    cover: coverId === null ? null : file(coverId), link: null, releasedAt: '2026-01-01T00:00:00.000Z', publishedAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z', order: 'newest_first',
  };
}

const readFile = (path: string, headers: Record<string, string> = {}, method = 'GET') => app.request(`${base}/files/${path}`, { headers, method, service: 'discovery-gateway' });
const untilStatus = (path: string, status: number) => eventually(() => readFile(path), (answer) => answer.status === status, `the file answers ${status}`);

async function makePublic(bytes: Buffer = makePng(), options: Parameters<typeof makeUploaded>[1] = {}) {
  const asset = await makeReady(bytes, options);
  await app.deliver(contentPublished, { document: documentWith(asset.id) });
  await untilStatus(asset.path, 200);
  return asset;
}

describe('declaring', () => {
  it('answers where to upload: at the CMS gateway', async () => {
    const { status, body, headers } = await declare({ fileName: 'غلاف.png', type: 'image/png', size: 70, alt: { ar: 'غلاف' } });
    expect([status, headers.get('location'), headers.get('etag')]).toEqual([201, `${base}/assets/${body.id}`, '"1"']);
    expect(body).toMatchObject({ status: 'declared', fileName: 'غلاف.png', alt: { ar: 'غلاف' }, path: null, createdBy: app.users.EDITOR.id });
    expect(body.upload).toMatchObject({ method: 'PUT', url: expect.stringMatching(/^https:\/\/cms\.example\/api\/v1\/media\/uploads\/[\w.-]+$/), headers: { 'content-type': 'image/png' } });
    expect(Date.parse(body.upload.expiresAt)).toBeGreaterThan(Date.now());
    expect(Object.keys(body)).not.toContain('objectKey');
  });

  it('refuses types that are not kept and sizes that are no size', async () => {
    expect((await declare({ fileName: 'a.svg', type: 'image/svg+xml', size: 5 })).body).toMatchObject({ status: 422, errors: [{ pointer: '/type', code: 'asset.type_not_allowed' }] });
    expect((await declare({ fileName: 'a.png', type: 'image/png', size: 0 })).status).toBe(422);
    expect((await declare({ fileName: 'a.mp4', type: 'video/mp4', size: 2 * 1024 ** 3 + 1 })).body.errors).toMatchObject([{ pointer: '/size' }]);
    expect((await declare({ fileName: 'a.mp4', type: 'video/mp4', size: 2 * 1024 ** 3 })).status).toBe(201);
  });

  it('is for editors', async () => {
    expect((await app.request(`${base}/assets`, { user: 'USER', method: 'POST', body: {} })).status).toBe(403);
    expect((await app.request(`${base}/assets`, { method: 'POST', body: {} })).status).toBe(401);
    expect((await app.request(`${base}/assets`, { user: 'EDITOR', service: null, method: 'POST', body: {} })).status).toBe(401);
  });
});

describe('uploading', () => {
  it('makes an asset ready, with its measures and checksum', async () => {
    const bytes = makePng({ width: 30, height: 20 });
    const { id } = await makeUploaded(bytes);
    const { status, body, headers } = await complete(id);
    expect([status, headers.get('etag')]).toEqual([200, '"2"']);
    expect(body).toMatchObject({ status: 'ready', width: 30, height: 20, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), path: `${id}/cover.png`, durationSeconds: null });
    expect((await get(id)).body).toEqual(body);
  });

  it('reads the duration of recordings', async () => {
    expect(await makeReady(makeMp3({ frames: 400 }), { type: 'audio/mpeg', fileName: 'e.mp3' })).toMatchObject({ durationSeconds: 10, width: null });
    expect(await makeReady(makeMp4({ seconds: 90 }), { type: 'video/mp4', fileName: 'e.mp4' })).toMatchObject({ durationSeconds: 90 });
    expect(await makeReady(makeMp4({ brand: 'M4A ', handlers: ['soun'] }), { type: 'audio/mp4', fileName: 'e.m4a' })).toMatchObject({ path: expect.stringMatching(/\/e\.m4a$/) });
  });

  it('refuses links that are not ours', async () => {
    const bytes = makePng();
    const { body: asset } = await declare({ fileName: 'a.png', type: 'image/png', size: bytes.length });
    const signed = signedIn(asset);
    for (const wrong of [`${signed}x`, signed.slice(0, -2), 'nonsense', `x${signed}`]) {
      expect((await upload(wrong, bytes)).body).toMatchObject({ status: 403, code: 'upload.refused' });
    }
    expect((await app.request(`${base}/uploads/${signed}`, { service: null, method: 'POST' })).status).toBe(405);
    expect((await complete(asset.id)).body).toMatchObject({ status: 409, code: 'asset.not_uploaded' });
  });

  it('takes exactly the type and the number of bytes that were declared', async () => {
    const bytes = makePng();
    const { body: asset } = await declare({ fileName: 'a.png', type: 'image/png', size: bytes.length });
    const signed = signedIn(asset);
    expect((await upload(signed, bytes, { 'content-type': 'image/jpeg' })).status).toBe(415);
    expect((await upload(signed, bytes, { 'content-type': 'image/png', 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await upload(signed, Buffer.concat([bytes, Buffer.from('x')]))).status).toBe(413);
    expect((await upload(signed, Buffer.alloc(20 * 1024 ** 2))).status).toBe(413);
    expect((await upload(signed, bytes.subarray(1))).body).toMatchObject({ status: 422, code: 'asset.size_mismatch' });
    expect(await sendChunked(signed, [bytes, ...Array.from({ length: 50 }, () => Buffer.alloc(200_000))])).toBe(413);
    expect(await sendChunked(signed, [bytes.subarray(0, 10)])).toBe(422);
    expect((await complete(asset.id)).status).toBe(409);
    expect(await sendChunked(signed, [bytes.subarray(0, 10), bytes.subarray(10)])).toBe(204);
    expect((await complete(asset.id)).status).toBe(200);
  });

  it('ends uploads that drip or break off, and leaves nothing of them', async () => {
    const before = (await listObjects()).length;
    const { body: asset } = await declare({ fileName: 'a.png', type: 'image/png', size: 5_000 });
    const signed = signedIn(asset);
    expect(await sendChunked(signed, [Buffer.alloc(10)], 'leave open')).toBe(408);
    expect(await sendChunked(signed, [Buffer.alloc(10)], 'break off')).toBe('cut');
    await eventually(() => readdir(join(folder, 'incoming')), (files) => files.length === 0, 'nothing half-written stays');
    expect((await listObjects()).length).toBe(before);
    expect((await complete(asset.id)).status).toBe(409);
  });

  it('lets a later upload replace an earlier one, until the asset is complete', async () => {
    const [first, second] = [makePng({ width: 2 }), makePng({ width: 3 })];
    const asset = await makeUploaded(first);
    const before = (await listObjects()).length;
    expect((await upload(signedIn(asset), second)).status).toBe(204);
    expect((await listObjects()).length).toBe(before);
    expect((await complete(asset.id)).body).toMatchObject({ width: 3 });
    expect((await upload(signedIn(asset), first)).body).toMatchObject({ status: 409, code: 'asset.already_complete' });
    expect((await listObjects()).length).toBe(before);
  });

  it('never makes other bytes ready than those examined, whoever uploads meanwhile', async () => {
    const [good, bad] = [makePng({ width: 7 }), Buffer.alloc(makePng().length, 'x')];
    const asset = await makeUploaded(good);
    const work = Array.from({ length: 20 }, (_, index) => (index % 4 === 0 ? complete(asset.id) : upload(signedIn(asset), index % 2 === 0 ? bad : good)));
    const answers = await Promise.all(work);
    expect(answers.every(({ status }) => [200, 204, 409, 422, 503].includes(status))).toBe(true);
    const { body } = await get(asset.id);
    if (body.status === 'ready') expect(body).toMatchObject({ width: 7, sha256: createHash('sha256').update(good).digest('hex') });
    expect((await listObjects()).filter((entry) => entry.parentPath.endsWith(asset.id)).length).toBeLessThanOrEqual(1);
  });
});

describe('completing', () => {
  it('knows no unknown asset, and none without bytes', async () => {
    expect((await complete(randomUUIDv7())).body).toMatchObject({ status: 404, code: 'asset.not_found' });
    const { body } = await declare({ fileName: 'a.png', type: 'image/png', size: 5 });
    expect((await complete(body.id)).body).toMatchObject({ status: 409, code: 'asset.not_uploaded' });
  });

  it('happens once, however many ask', async () => {
    const { id } = await makeUploaded(makePng());
    const answers = await Promise.all(Array.from({ length: 8 }, () => complete(id)));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ status: 'ready', version: 2 });
    expect((await complete(id)).body).toEqual(answers[0]?.body);
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it('tells everybody who claimed the asset what its file is', async () => {
    const [{ id }, owner] = [await makeUploaded(makePng(), { alt: { en: 'Cover' } }), randomUUIDv7()];
    await app.request(`${base}/claims`, { service: 'cms-service', method: 'PUT', body: { ownerId: owner, assetIds: [id] } });
    await complete(id);
    const file = { assetId: id, path: `${id}/cover.png`, type: 'image/png', length: makePng().length, width: 1, height: 1, alt: { en: 'Cover' } };
    expect(await eventsOf(id)).toEqual([{ type: 'media.asset.ready', data: { assetId: id, owners: [owner], file } }]);
  });

  it.each([
    ['a JPEG declared as PNG', makeJpeg(), {}, 'asset.type_mismatch'],
    ['a page declared as PNG', Buffer.from('<html><script>alert(1)</script></html>'), {}, 'asset.type_mismatch'],
    ['a truncated PNG', makePng().subarray(0, 50), {}, 'asset.damaged'],
    ['a PNG of 30,000 × 30,000 pixels', makePng({ width: 30_000, height: 30_000 }), {}, 'asset.too_many_pixels'],
    ['another checksum', makePng(), { sha256: '0'.repeat(64) }, 'asset.checksum_mismatch'],
    ['an M4A declared as MP4', makeMp4({ brand: 'M4A ', handlers: ['soun'] }), { type: 'video/mp4' }, 'asset.type_mismatch'],
  ])('rejects %s for good, and tells why', async (_, bytes, options, reason) => {
    const { id, upload: link } = await makeUploaded(bytes, options);
    const first = await complete(id);
    expect(first.body).toMatchObject({ status: 422, code: reason });
    expect((await complete(id)).body).toMatchObject({ status: 422, code: reason });
    expect((await get(id)).body).toMatchObject({ status: 'rejected', reason, path: null });
    expect((await listObjects()).some((entry) => entry.parentPath.endsWith(id))).toBe(false);
    expect(await eventsOf(id)).toEqual([{ type: 'media.asset.rejected', data: { assetId: id, reason } }]);
    expect((await upload(signedIn({ upload: link }), bytes, link.headers)).body).toMatchObject({ status: 409, code: 'asset.rejected' });
  });
});

describe('listing', () => {
  it('pages through assets, newest first, by status, with a cursor that cannot be moved to another list', async () => {
    for (let count = 0; count < 3; count++) await declare({ fileName: `${count}.png`, type: 'image/png', size: 5 });
    const read = (query: string) => app.request(`${base}/assets?${query}`, editor);
    const all = (await read('limit=100')).body;
    expect(all.items.map(({ id }: { id: string }) => id)).toEqual(all.items.map(({ id }: { id: string }) => id).sort().reverse());
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: { items: { id: string; status: string }[]; next: string | null } } = await read(`limit=2&status=declared${cursor && `&cursor=${cursor}`}`);
      expect(body.items.every(({ status }) => status === 'declared')).toBe(true);
      pages.push(...body.items.map(({ id }) => id));
      cursor = body.next;
    }
    expect(pages).toEqual(all.items.filter(({ status }: { status: string }) => status === 'declared').map(({ id }: { id: string }) => id));
    const { body: first } = await read('limit=1&status=declared');
    expect((await read(`status=ready&cursor=${first.next}`)).body).toMatchObject({ status: 422, errors: [{ pointer: '/query/cursor', code: 'cursor.invalid' }] });
  });

  it('reads many at once and leaves out the unknown', async () => {
    const one = await makeReady();
    const { body } = await app.request(`${base}/assets/read`, { service: 'cms-service', method: 'POST', body: { ids: [randomUUIDv7(), one.id, one.id] } });
    expect(body).toEqual({ assets: [one] });
  });
});

describe('claims', () => {
  const claim = (ownerId: string, assetIds: string[]) => app.request(`${base}/claims`, { service: 'cms-service', method: 'PUT', body: { ownerId, assetIds } });

  it('may be repeated, and refuse unknown assets by their place', async () => {
    const [asset, owner] = [await makeReady(), randomUUIDv7()];
    expect((await claim(owner, [asset.id])).body).toEqual({ assets: [asset] });
    expect((await claim(owner, [asset.id, asset.id])).body).toEqual({ assets: [asset] });
    expect((await claim(owner, [asset.id, randomUUIDv7()])).body).toMatchObject({ status: 422, errors: [{ pointer: '/assetIds/1', code: 'asset.not_found' }] });
  });

  it('are released when their owner is purged', async () => {
    const [{ body: asset }, owner] = [await declare({ fileName: 'a.png', type: 'image/png', size: 5 }), randomUUIDv7()];
    await claim(owner, [asset.id]);
    expect(await countClaims(owner)).toBe(1);
    await app.deliver(contentDeleted, { id: owner, kind: 'program', programId: owner });
    await eventually(() => countClaims(owner), (count) => count === 0, 'the claim is gone');
  });
});

describe('pictures of feeds', () => {
  const keep = (url: string, bytes: Buffer, type = 'image/png', service: 'ingest-service' | 'cms-gateway' = 'ingest-service') =>
    app.request(`${base}/images?sourceUrl=${encodeURIComponent(url)}`, { service, method: 'POST', body: bytes, headers: { 'content-type': type } });

  it('are one asset as long as their bytes are the same', async () => {
    const url = `https://example.org/${randomUUIDv7()}/${encodeURIComponent('غلاف')}.png`;
    const answers = await Promise.all(Array.from({ length: 5 }, () => keep(url, makePng({ width: 5 }))));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, body: { status: 'ready', width: 5, fileName: 'غلاف.png' } });
    const changed = await keep(url, makePng({ width: 6 }));
    expect(changed.body).toMatchObject({ width: 6 });
    expect(changed.body.id).not.toBe(answers[0]?.body.id);
    expect((await get(answers[0]?.body.id)).body).toMatchObject({ status: 'ready', width: 5 });
    expect((await listObjects()).filter((entry) => answers.some(({ body }) => entry.parentPath.endsWith(body.id))).length).toBe(1);
  });

  it('are what they really are, and nothing but pictures', async () => {
    expect((await keep('https://example.org/a.png', makeJpeg(), 'image/png')).body).toMatchObject({ type: 'image/jpeg', path: expect.stringMatching(/\/a\.jpg$/) });
    expect((await keep('https://example.org/b', makeMp3(), 'audio/mpeg')).body).toMatchObject({ status: 422, errors: [{ code: 'asset.type_not_allowed' }] });
    expect((await keep('https://example.org/c', makeMp3(), 'image/png')).body).toMatchObject({ status: 422, code: 'asset.type_mismatch' });
    expect((await keep('https://example.org/d', makePng({ width: 50_000, height: 50_000 }))).body).toMatchObject({ status: 422, code: 'asset.too_many_pixels' });
    expect((await keep('https://example.org/e', makePng(), 'image/png', 'cms-gateway')).status).toBe(401);
    expect((await keep('not an address', makePng())).status).toBe(422);
  });
});

describe('delivery', () => {
  it('gives out a file only while a live document names it', async () => {
    const asset = await makeReady();
    expect((await readFile(asset.path)).body).toMatchObject({ status: 404, code: 'file.not_found' });
    const document = documentWith(asset.id, { revision: 7 });
    await app.deliver(contentPublished, { document });
    await untilStatus(asset.path, 200);
    await app.deliver(contentUpdated, { document: documentWith(null, { id: document.id, revision: 8 }) });
    await untilStatus(asset.path, 404);
  });

  it('is not deceived by late, repeated and outdated events', async () => {
    const asset = await makeReady();
    const id = randomUUIDv7();
    const other = await makeReady(makePng({ width: 9 }));
    await app.deliver(contentUnpublished, { id, kind: 'program', programId: id, revision: 5 });
    await app.deliver(contentPublished, { document: documentWith(asset.id, { id, revision: 4 }) });
    await untilAllHandled();
    expect((await readFile(asset.path)).status).toBe(404);
    await app.deliver(contentPublished, { document: documentWith(other.id, { id, revision: 6 }) });
    await app.deliver(contentUpdated, { document: documentWith(asset.id, { id, revision: 6 }) });
    await untilAllHandled();
    expect([(await readFile(other.path)).status, (await readFile(asset.path)).status]).toEqual([200, 404]);
  });

  it('answers the exact address only', async () => {
    const asset = await makePublic();
    for (const path of [`${asset.id}/other.png`, `${asset.id}/COVER.png`, `${randomUUIDv7()}/cover.png`, `${asset.id}/..%2f${asset.id}%2fcover.png`, `${asset.id}/cover.png%00`]) {
      expect([path, (await readFile(path)).status]).toEqual([path, 404]);
    }
    expect((await app.request(`${base}/files/${asset.path}`, { service: null })).status).toBe(401);
  });

  it('names type, name, age and tag of what it gives', async () => {
    const asset = await makePublic(makePng({ width: 11 }), { fileName: 'غلاف.php' });
    const { status, headers } = await readFile(asset.path);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'image/png', 'x-content-type-options': 'nosniff', 'cache-control': 'public, max-age=31536000, immutable', 'accept-ranges': 'bytes',
      etag: `"${asset.sha256}"`, 'content-length': String(asset.size), 'content-disposition': `inline; filename="____.png"; filename*=UTF-8''%D8%BA%D9%84%D8%A7%D9%81.png`,
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    const head = await readFile(asset.path, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), head.headers.get('content-type'), head.body]).toEqual([200, String(asset.size), 'image/png', '']);
  });

  it('answers 304 to who has it', async () => {
    const asset = await makePublic();
    for (const tag of [`"${asset.sha256}"`, `W/"${asset.sha256}"`, '*', `"x", "${asset.sha256}"`]) {
      const { status, body, headers } = await readFile(asset.path, { 'if-none-match': tag, range: 'bytes=0-1' });
      expect([tag, status, body, headers.get('etag')]).toEqual([tag, 304, '', `"${asset.sha256}"`]);
    }
    expect((await readFile(asset.path, { 'if-none-match': '"x"' })).status).toBe(200);
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
    const beyond = await readFile(asset.path, { range: `bytes=${bytes.length}-` });
    expect([beyond.status, beyond.headers.get('content-range'), beyond.headers.get('content-type')]).toEqual([416, `bytes */${bytes.length}`, 'application/problem+json; charset=utf-8']);
    expect((await readFile(asset.path, { range: 'bytes=0-1' }, 'HEAD')).headers.get('content-length')).toBe('2');
  });

  it('says that bytes which are missing are not available, and caches nothing', async () => {
    const asset = await makePublic();
    await rm(join(folder, 'objects', asset.id), { recursive: true });
    const { status, headers } = await readFile(asset.path);
    expect([status, headers.get('cache-control'), headers.get('retry-after')]).toEqual([503, 'no-store', '5']);
    expect((await readFile(asset.path, {}, 'HEAD')).status).toBe(503);
  });
});

const countClaims = async (owner: string): Promise<number> => (await database.query('select from claims where owner_id = $1', [owner])).length;
const untilAllHandled = () => eventually(() => database.query('select from inbox where done_at is null'), (rows) => rows.length === 0, 'every event was handled');
const eventsOf = async (id: string) => (await database.query<{ envelope: { type: string; data: unknown } }>(`select envelope from outbox where envelope->>'subject' = $1 order by id`, [id])).map(({ envelope: { type, data } }) => ({ type, data }));

async function fetchBytes(path: string, headers: Record<string, string>) {
  const token = await app.authority.serviceToken('discovery-gateway' as never, 'media-service');
  const response = await fetch(`${app.url}${base}/files/${path}`, { headers: { ...headers, 'x-service-authorization': `Bearer ${token}` } });
  return { status: response.status, range: response.headers.get('content-range'), length: response.headers.get('content-length'), bytes: Buffer.from(await response.arrayBuffer()) };
}

/** Sends a body without announcing its length. */
function sendChunked(signed: string, chunks: Buffer[], end: 'end' | 'leave open' | 'break off' = 'end'): Promise<number | 'cut'> {
  return new Promise((resolve) => {
    const request = httpRequest(`${app.url}${base}/uploads/${signed}`, { method: 'PUT', headers: { 'content-type': 'image/png', 'transfer-encoding': 'chunked' } }, (response) => {
      response.resume().once('end', () => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      });
    });
    request.on('error', () => resolve('cut'));
    for (const chunk of chunks) request.write(chunk);
    if (end === 'end') request.end();
    if (end === 'break off') request.write('x', () => request.destroy());
  });
}

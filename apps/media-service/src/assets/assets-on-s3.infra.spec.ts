import { createHash, randomUUIDv7 } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contentPublished } from '@mediamesh/contracts';
import { createMetrics, silentLogger } from '@mediamesh/observability';
import { Outbox } from '@mediamesh/outbox';
import { describeWithServer, eventually, takesLessThan, type TestBody } from '@mediamesh/testing';
import { makeJpeg, makeMp3, makePng } from '../inspection/sample-files.builder.js';
import { openGate } from '../storage/s3/gate.builder.js';
import { S3ObjectStore } from '../storage/s3/s3-object-store.js';
import { makeTestBucket, type TestBucket } from '../storage/s3/s3-test-bucket.builder.js';
import { partBytes, partedAbove } from '../storage/s3/upload-links.js';
import { AssetFiles } from './asset-files.js';
import { AssetsRepository } from './assets.repository.js';
import { base, documentWith, type MediaApp, signedIn, startMediaApp, type UploadOptions } from './media-app.builder.js';
import { Sweeper } from './sweeper.js';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describeWithServer('s3', 'files on S3', (endpoint = '', accessKey = '', secretKey = '') => {
  let bucket: TestBucket;
  let gate: Awaited<ReturnType<typeof openGate>>;
  let media: MediaApp;
  beforeAll(async () => {
    bucket = await makeTestBucket(endpoint, accessKey, secretKey);
    gate = await openGate(new URL(endpoint));
    media = await startMediaApp(environment());
  });
  afterAll(async () => {
    await media.close();
    await gate.shut();
    await bucket.remove();
  });

  const environment = () => ({
    OBJECT_STORE: 's3',
    S3_ENDPOINT: gate.url,
    S3_PUBLIC_ENDPOINT: endpoint,
    S3_BUCKET: bucket.options.bucket,
    S3_ACCESS_KEY_ID: accessKey,
    S3_SECRET_ACCESS_KEY: secretKey,
    S3_PATH_STYLE: 'on',
  });
  const declare = async (bytes: Buffer, { type = 'image/png', fileName = 'cover.png', ...more }: UploadOptions = {}) =>
    (await media.declare({ fileName, type, size: bytes.length, ...more })).body;
  const send = async ({ upload }: TestBody, bytes: Buffer, headers: Record<string, string> = upload.headers) =>
    (await fetch(upload.url, { method: 'PUT', headers, body: new Uint8Array(bytes) })).status;
  const makeUploaded = async (bytes: Buffer, options: UploadOptions = {}) => {
    const asset = await declare(bytes, options);
    expect(await send(asset, bytes)).toBe(200);
    return asset;
  };
  const makeReady = async (bytes: Buffer, options: UploadOptions = {}) => {
    const { id } = await makeUploaded(bytes, options);
    const { status, body } = await media.complete(id);
    expect([status, body.status]).toEqual([200, 'ready']);
    return body;
  };
  const publish = async (asset: TestBody, app: MediaApp = media) => {
    await app.app.deliver(contentPublished, { document: documentWith(asset.id) });
    await eventually(
      () => app.readFile(asset.path, {}, 'HEAD'),
      ({ status }) => status === 200,
      'the file is public',
    );
  };
  const keysOf = async (id: string) => (await bucket.listKeys()).filter((key) => key.includes(id));

  it('go from a declaration by way of the store to the public', async () => {
    const bytes = makePng({ width: 30, height: 20 });
    const asset = await declare(bytes, { sha256: sha256(bytes) });
    expect(asset.upload.url).toContain(`${endpoint}/${bucket.options.bucket}/`);
    expect((await media.complete(asset.id)).body).toMatchObject({ status: 409, code: 'asset.not_uploaded' });
    expect(await send(asset, bytes)).toBe(200);
    expect((await media.complete(asset.id)).body).toMatchObject({
      status: 'ready',
      width: 30,
      height: 20,
      sha256: sha256(bytes),
      path: `${asset.id}/cover.png`,
    });
    const ready = (await media.get(asset.id)).body;
    expect((await media.readFile(ready.path)).status).toBe(404);
    await publish(ready);
    const answer = await media.readFile(ready.path, { range: 'bytes=0-7' });
    expect([answer.status, answer.headers.get('content-range'), answer.headers.get('content-type')]).toEqual([
      206,
      `bytes 0-7/${bytes.length}`,
      'image/png',
    ]);
    expect(await keysOf(asset.id)).toHaveLength(1);
  });

  it('are never other than those examined, however often the link is used again', async () => {
    const [good, evil] = [makePng({ width: 7 }), Buffer.alloc(makePng().length, 'x')];
    const asset = await makeUploaded(good);
    const ready = (await media.complete(asset.id)).body;
    expect(await send(asset, evil)).toBe(200);
    expect((await media.complete(asset.id)).body).toEqual(ready);
    await publish(ready);
    expect((await media.readFile(ready.path)).headers.get('etag')).toBe(`"${sha256(good)}"`);
    const [Key] = (await keysOf(asset.id)).filter((key) => !key.startsWith('incoming/'));
    const { Body } = await bucket.client.send(new GetObjectCommand({ Bucket: bucket.options.bucket, Key }));
    expect(good.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  });

  it('count as sent last, until they are complete', async () => {
    const asset = await makeUploaded(makePng({ width: 2 }));
    expect(await send(asset, makePng({ width: 3 }))).toBe(200);
    expect((await media.complete(asset.id)).body).toMatchObject({ status: 'ready', width: 3 });
  });

  it('are completed once, however many ask', async () => {
    const { id } = await makeUploaded(makePng());
    const answers = await Promise.all(Array.from({ length: 8 }, () => media.complete(id)));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ status: 'ready', version: 2 });
    expect(await media.eventsOf(id)).toHaveLength(1);
    expect(await keysOf(id)).toHaveLength(1);
  });

  it('are completed once by two processes that are asked at once', async () => {
    const other = await startMediaApp({ ...environment(), MEDIA_DATABASE_URL: media.app.databaseUrl ?? '' });
    try {
      for (let round = 0; round < 5; round++) {
        const { id } = await makeUploaded(makePng());
        const ask = async (app: MediaApp) =>
          (await app.app.request(`${base}/assets/${id}/complete`, { user: 'EDITOR', method: 'POST' })).body;
        const answers = await Promise.all([ask(media), ask(other), ask(media), ask(other)]);
        for (const answer of answers) expect(answer).toMatchObject({ status: 'ready', version: 2 });
        expect(await media.eventsOf(id)).toHaveLength(1);
        expect(await keysOf(id)).toHaveLength(1);
      }
    } finally {
      await other.close();
    }
  });

  it.each([
    ['a JPEG declared as PNG', makeJpeg(), 'asset.type_mismatch'],
    ['a truncated PNG', makePng().subarray(0, 50), 'asset.damaged'],
  ])('that are %s are rejected for good, and dropped', async (_, bytes, reason) => {
    const asset = await makeUploaded(bytes);
    expect((await media.complete(asset.id)).body).toMatchObject({ status: 422, code: reason });
    expect((await media.complete(asset.id)).body).toMatchObject({ status: 422, code: reason });
    expect(await keysOf(asset.id)).toEqual([]);
  });

  it('that are not those of the checksum declared do not even arrive', async () => {
    const asset = await declare(makePng(), { sha256: sha256(makeJpeg()) });
    expect(await send(asset, makePng())).toBe(400);
    expect(await send(asset, makePng(), { 'content-type': 'image/png' })).toBe(403);
    expect((await media.complete(asset.id)).status).toBe(409);
  });

  it('that got past the checksum of the store are rejected by our own', async () => {
    const asset = await declare(makePng(), { sha256: sha256(makeJpeg()) });
    await bucket.client.send(
      new PutObjectCommand({ Bucket: bucket.options.bucket, Key: `incoming/${asset.id}`, Body: makePng() }),
    );
    expect((await media.complete(asset.id)).body).toMatchObject({ status: 422, code: 'asset.checksum_mismatch' });
    const longer = await declare(makePng());
    await bucket.client.send(
      new PutObjectCommand({
        Bucket: bucket.options.bucket,
        Key: `incoming/${longer.id}`,
        Body: Buffer.concat([makePng(), makePng()]),
      }),
    );
    expect((await media.complete(longer.id)).body).toMatchObject({ status: 422, code: 'asset.size_mismatch' });
  });

  it('do not come through our own endpoint', async () => {
    const asset = await declare(makePng());
    expect((await media.upload(encodeURIComponent(signedIn(asset)).slice(0, 500), makePng())).body).toMatchObject({
      status: 403,
      code: 'upload.refused',
    });
  });

  it('may come in parts when they are large', async () => {
    const bytes = makeMp3({ frames: Math.ceil((partedAbove + 1) / 417) });
    const asset = await declare(bytes, { type: 'audio/mpeg', fileName: 'e.mp3' });
    expect(asset.upload.parts).toHaveLength(Math.ceil(bytes.length / partBytes));
    const [first, ...rest] = asset.upload.parts as { partNumber: number; url: string; size: number }[];
    const sendPart = async ({ partNumber, url, size }: { partNumber: number; url: string; size: number }) =>
      (
        await fetch(url, {
          method: 'PUT',
          body: new Uint8Array(bytes.subarray((partNumber - 1) * partBytes).subarray(0, size)),
        })
      ).status;
    expect(await Promise.all(rest.map(sendPart))).toEqual(rest.map(() => 200));
    expect((await media.complete(asset.id)).body).toMatchObject({ status: 409, code: 'asset.not_uploaded' });
    if (first) expect(await sendPart(first)).toBe(200);
    const { body } = await eventually(
      () => media.complete(asset.id),
      ({ status }) => status !== 503,
      'the file was read through',
    );
    expect(body).toMatchObject({ status: 'ready', sha256: sha256(bytes), durationSeconds: expect.any(Number) });
    if (first) expect(await sendPart(first)).toBe(404);
    expect([await keysOf(asset.id), await bucket.countUnfinished()]).toEqual([[`${asset.id}/assembled`], 0]);
  });

  it('of feeds are kept in the bucket too', async () => {
    const url = `https://example.org/${randomUUIDv7()}/a.png`;
    const keep = () =>
      media.app.request(`${base}/images?sourceUrl=${encodeURIComponent(url)}`, {
        service: 'ingest-service',
        method: 'POST',
        body: makePng({ width: 5 }),
        headers: { 'content-type': 'image/png' },
      });
    const answers = await Promise.all([keep(), keep(), keep()]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await keysOf(answers[0]?.body.id)).toHaveLength(1);
  });

  it('are fetched from the store itself where that is wanted, for an hour and as what they are', async () => {
    const bytes = makePng({ width: 12 });
    const asset = await makeReady(bytes, { fileName: 'غلاف.png' });
    await publish(asset);
    const redirecting = await startMediaApp({
      ...environment(),
      MEDIA_DATABASE_URL: media.app.databaseUrl ?? '',
      MEDIA_DELIVERY: 'redirect',
    });
    try {
      const token = await redirecting.app.authority.serviceToken('discovery-gateway' as never, 'media-service');
      const answer = await fetch(`${redirecting.app.url}${base}/files/${asset.path}`, {
        redirect: 'manual',
        headers: { 'x-service-authorization': `Bearer ${token}` },
      });
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([302, 'private, no-store']);
      const link = new URL(answer.headers.get('location') ?? '');
      expect(link.origin).toBe(endpoint);
      // whole seconds, rounded down: a link never lives longer than an hour
      const seconds = Number(link.searchParams.get('X-Amz-Expires'));
      expect([seconds <= 3600, seconds >= 3590]).toEqual([true, true]);
      const file = await fetch(link, { headers: { range: 'bytes=1-3' } });
      expect([file.status, file.headers.get('content-type'), await file.text()]).toEqual([206, 'image/png', 'PNG']);
      expect(file.headers.get('content-disposition')).toContain(`filename*=UTF-8''%D8%BA%D9%84%D8%A7%D9%81.png`);
      expect((await redirecting.readFile(asset.path, {}, 'HEAD')).status).toBe(200);
      expect((await redirecting.readFile(asset.path, { 'if-none-match': `"${asset.sha256}"` })).status).toBe(304);
      expect((await redirecting.readFile(asset.path, { range: `bytes=${bytes.length}-` })).status).toBe(416);
      expect((await redirecting.readFile(`${asset.id}/other.png`)).status).toBe(404);
    } finally {
      await redirecting.close();
    }
  });

  it('that nobody completed are forgotten after a day, with all that was sent, and no others', async () => {
    const [ready, sent] = [await makeReady(makePng()), await makeUploaded(makePng())];
    const parted = (await media.declare({ fileName: 'e.mp3', type: 'audio/mpeg', size: partedAbove + 1 })).body;
    expect(
      (
        await fetch(parted.upload.parts.at(-1).url, {
          method: 'PUT',
          body: 'x'.repeat(parted.upload.parts.at(-1).size),
        })
      ).status,
    ).toBe(200);
    expect([await bucket.countUnfinished(), await keysOf(sent.id)]).toEqual([1, [`incoming/${sent.id}`]]);
    const store = new S3ObjectStore({ ...bucket.options, logger: silentLogger });
    const files = new AssetFiles(store, { windowMs: 1000, minimumBytes: 1 }, silentLogger);
    const outbox = new Outbox({ database: media.database, app: 'media-service' });
    const metrics = createMetrics('media-service');
    const sweeper = new Sweeper(media.database, new AssetsRepository(), files, store, outbox, silentLogger, metrics);
    await sweeper.sweep(new Date(Date.now() + 25 * 3_600_000));
    expect([
      (await media.get(sent.id)).status,
      (await media.get(parted.id)).status,
      (await media.get(ready.id)).status,
    ]).toEqual([404, 404, 200]);
    const keys = await bucket.listKeys();
    expect([
      await bucket.countUnfinished(),
      keys.filter((key) => key.startsWith('incoming/')),
      keys.filter((key) => key.includes(ready.id)),
    ]).toEqual([0, [], [expect.any(String)]]);
  });

  describe('whose store is away', () => {
    const soon = <T>(work: () => Promise<T>): Promise<T> => takesLessThan(3_500, work);

    it.each(['shut', 'freeze'] as const)(
      'are neither declared, completed nor given out meanwhile, and nothing is lost (%s)',
      async (fault) => {
        const [pending, ready] = [await makeUploaded(makePng()), await makeReady(makePng())];
        await publish(ready);
        await gate[fault]();
        try {
          const away = { status: 503, code: 'request.unavailable' };
          const answers = await soon(() =>
            Promise.all([
              media.declare({ fileName: 'a.png', type: 'image/png', size: 5 }),
              media.readFile(ready.path),
              media.readFile(ready.path, { range: 'bytes=0-1' }),
            ]),
          );
          for (const { body, headers } of answers)
            expect([body, headers.get('retry-after'), headers.get('cache-control')]).toEqual([
              expect.objectContaining(away),
              expect.any(String),
              'no-store',
            ]);
          const health = await soon(() => media.app.request('/health/ready', { service: null }));
          expect([health.status, health.body.missing]).toEqual([
            503,
            [expect.stringMatching(/^bucket .* does not answer$/)],
          ]);
          // where the store stands still, the check may outlive the caller's patience: it goes on, and the caller is
          // told to come again
          expect((await soon(() => media.complete(pending.id, { 'x-deadline-ms': '2800' }))).body).toMatchObject({
            status: 503,
            code: fault === 'shut' ? away.code : expect.stringMatching(/^request\.(?:unavailable|busy)$/),
          });
          expect((await media.get(pending.id)).body).toMatchObject({ status: 'declared' });
        } finally {
          if (fault === 'shut') await gate.reopen();
          else gate.thaw();
        }
        expect(
          (
            await eventually(
              () => media.complete(pending.id),
              ({ status }) => status === 200,
              'the upload is completed',
            )
          ).body,
        ).toMatchObject({ status: 'ready' });
        expect((await media.readFile(ready.path)).status).toBe(200);
        await eventually(
          () => media.app.request('/health/ready', { service: null }),
          ({ status }) => status === 200,
          'the service is ready again',
        );
      },
    );
  });
});

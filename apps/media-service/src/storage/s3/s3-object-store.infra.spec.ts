import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { describeWithServer, eventually } from '@mediamesh/testing';
import { describeObjectStore } from '../object-store.contract.js';
import type { UploadLink } from '../object-store.js';
import { S3ObjectStore } from './s3-object-store.js';
import { makeTestBucket, type TestBucket } from './s3-test-bucket.builder.js';
import { partBytes, partedAbove } from './upload-links.js';

const megabyte = 1024 ** 2;
const type = 'video/mp4';
const soon = () => new Date(Date.now() + 600_000);

/** A file whose every byte tells its place. */
async function* makeFile(size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; at += megabyte) yield Buffer.alloc(Math.min(megabyte, size - at), (at / megabyte) % 251);
}

describeWithServer('s3', 'an object store on S3', (endpoint = '', accessKey = '', secretKey = '') => {
  let bucket: TestBucket;
  let store: S3ObjectStore;
  beforeAll(async () => {
    bucket = await makeTestBucket(endpoint, accessKey, secretKey);
    store = new S3ObjectStore({ ...bucket.options, logger: silentLogger });
  });
  afterEach(() => bucket.empty());
  afterAll(() => bucket.remove());

  describeObjectStore('s3', { links: 'direct' }, async () => {
    let now = Date.now();
    const ticking = new S3ObjectStore({ ...bucket.options, logger: silentLogger, clock: () => now });
    return { store: ticking, setClock: (date) => void (now = date.getTime()), close: () => bucket.empty() };
  });

  describe('putting', () => {
    it('keeps large objects of unknown size, in parts', async () => {
      const size = 20 * megabyte + 3;
      expect(await store.put('large', makeFile(size), { type })).toMatchObject({ size });
      const object = await store.read('large');
      expect(object && Buffer.concat(await Array.fromAsync(makeFile(size))).equals(await buffer(object.stream))).toBe(
        true,
      );
      expect(await bucket.countUnfinished()).toBe(0);
    });

    it.each([8, 16])('keeps objects of exactly %i MiB, where parts end', async (megabytes) => {
      await store.put('even', makeFile(megabytes * megabyte), { type, size: megabytes * megabyte });
      expect(await store.head('even')).toMatchObject({ size: megabytes * megabyte });
    });

    it('leaves neither object nor parts behind a source that fails late, or gives another size', async () => {
      const broken = (async function* () {
        yield* makeFile(18 * megabyte);
        throw new Error('the client went away');
      })();
      await expect(store.put('broken', broken, { type })).rejects.toThrow('the client went away');
      await expect(store.put('longer', makeFile(18 * megabyte), { type, size: 17 * megabyte })).rejects.toThrow(
        'were announced',
      );
      await expect(store.put('shorter', makeFile(18 * megabyte), { type, size: 19 * megabyte })).rejects.toThrow(
        'were announced',
      );
      expect([await bucket.listKeys(), await bucket.countUnfinished()]).toEqual([[], 0]);
    });
  });

  describe('an upload in parts', () => {
    const size = partedAbove + 1;
    const sign = () => store.signUpload({ key: 'film', type, size, expiresAt: soon() });
    const partsOf = (link: UploadLink) => link.parts ?? [];
    const send = async (url: string, body: Buffer, method = 'PUT') =>
      (await fetch(url, { method, body: new Uint8Array(body) })).status;
    const sendAll = async (link: UploadLink, content: Buffer) => {
      for (const { partNumber, url, size: length } of partsOf(link).toReversed()) {
        const start = (partNumber - 1) * partBytes;
        expect(await send(url, content.subarray(start, start + length))).toBe(200);
      }
    };
    const content = Buffer.alloc(size, 'm');

    it('is offered for large files only, beside the one link for the whole', async () => {
      const link = await sign();
      expect(partsOf(link).map((part) => [part.partNumber, part.size])).toEqual([
        [1, partBytes],
        [2, partBytes],
        [3, 1],
      ]);
      expect(new URL(link.url).pathname).toContain('incoming/film');
      expect(await store.signUpload({ key: 'song', type, size: partedAbove, expiresAt: soon() })).not.toHaveProperty(
        'parts',
      );
    });

    it('becomes one object when all parts came, in any order, also again', async () => {
      const link = await sign();
      const [first, ...rest] = partsOf(link);
      expect(await send(first?.url ?? '', Buffer.alloc(partBytes, 'x'))).toBe(200);
      for (const { url, size: length } of rest.toReversed())
        expect(await send(url, content.subarray(0, length))).toBe(200);
      // Sent within the same second as the first, it may be told apart from it only when it is sent once more.
      const taken = await eventually(
        async () => {
          expect(await send(first?.url ?? '', content.subarray(0, partBytes))).toBe(200);
          return store.takeUpload({ key: 'film', size });
        },
        Boolean,
        'the part sent last is taken',
      );
      const object = await store.read(taken?.key ?? '');
      expect(object && content.equals(await buffer(object.stream))).toBe(true);
    });

    it('is taken once by all who take it at once, and its parts can be sent no more', async () => {
      const link = await sign();
      await sendAll(link, content);
      const taken = await Promise.all(Array.from({ length: 3 }, () => store.takeUpload({ key: 'film', size })));
      expect(new Set(taken.map((each) => each?.key)).size).toBe(1);
      expect(await send(partsOf(link)[2]?.url ?? '', Buffer.from('x'))).toBe(404);
      await store.dropUpload('film');
      expect(await store.head(taken[0]?.key ?? '')).toMatchObject({ size });
    });

    it('is nothing while a part is missing, and nothing is left when it is dropped', async () => {
      const link = await sign();
      expect(await send(partsOf(link)[2]?.url ?? '', Buffer.from('m'))).toBe(200);
      expect(await store.takeUpload({ key: 'film', size })).toBeUndefined();
      expect(await bucket.countUnfinished()).toBe(1);
      await store.dropUpload('film');
      expect([await bucket.countUnfinished(), await bucket.listKeys()]).toEqual([0, []]);
    });

    it('takes no other bytes, numbers, methods or keys than signed', async () => {
      const [, , last] = partsOf(await sign());
      const url = last?.url ?? '';
      expect(await send(url, Buffer.from('mm'))).toBe(403);
      expect(await send(url.replace('partNumber=3', 'partNumber=4'), Buffer.from('m'))).toBe(403);
      expect(await send(url.replace('/film/', '/other/'), Buffer.from('m'))).toBe(403);
      expect(await send(url, Buffer.from('m'), 'POST')).toBe(403);
    });
  });

  describe('a bucket that is private', () => {
    it('gives nothing to who has no link', async () => {
      await store.put('secret', makeFile(5), { type });
      expect((await fetch(`${endpoint}/${bucket.options.bucket}/secret`)).status).toBe(403);
      expect((await fetch(`${endpoint}/${bucket.options.bucket}?list-type=2`)).status).toBe(403);
    });

    it('lets pages of any origin use links, as their signatures are the permission', async () => {
      const { url } = await store.signUpload({ key: 'a', type, size: 5, expiresAt: soon() });
      const answer = await fetch(url, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://cms.example',
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'content-type,x-amz-checksum-sha256',
        },
      });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([
        200,
        expect.stringMatching(/^(?:\*|https:\/\/cms\.example)$/),
      ]);
    });
  });

  it('is away, rather than empty, where the bucket does not exist', async () => {
    const lost = new S3ObjectStore({
      ...bucket.options,
      bucket: 'mediamesh-test-no-such-bucket',
      logger: silentLogger,
    });
    const away = { kind: 'unavailable' };
    await expect(lost.head('x')).rejects.toMatchObject(away);
    await expect(lost.read('x')).rejects.toMatchObject(away);
    await expect(lost.signUpload({ key: 'x', type, size: 1, expiresAt: soon() })).rejects.toMatchObject(away);
    await expect(lost.takeUpload({ key: 'x', size: 1 })).rejects.toMatchObject(away);
    await expect(Array.fromAsync(lost.list())).rejects.toMatchObject(away);
  });

  it('holds no memory in proportion to what flows through it', async () => {
    const size = 200 * megabyte;
    const chunk = Buffer.alloc(megabyte);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const held: number[] = [];
    let flowed = 0;
    const watch = (bytes: number) => {
      flowed += bytes;
      if (flowed % (40 * megabyte) >= bytes) return;
      collect();
      held.push(process.memoryUsage().external);
    };
    await store.put(
      'huge',
      (async function* () {
        for (let at = 0; at < size; at += megabyte) {
          watch(megabyte);
          yield chunk;
        }
      })(),
      { type },
    );
    const object = await store.read('huge');
    object?.stream.on('data', (read: Buffer) => watch(read.length));
    if (object) await once(object.stream, 'end');
    expect(flowed).toBe(2 * size);
    expect(held.length).toBeGreaterThanOrEqual(9);
    // what tests before have left behind may still go meanwhile: only growth counts
    expect(Math.max(...held) - (held[0] ?? 0)).toBeLessThan(64 * megabyte);
  });

  it('reads on for slow readers, who hold up nobody else', async () => {
    await store.put('long', makeFile(12 * megabyte), { type });
    const slow = await Promise.all(Array.from({ length: 60 }, () => store.read('long')));
    expect(await store.head('long')).toMatchObject({ size: 12 * megabyte });
    expect(await buffer(slow[0]?.stream ?? Readable.from([]))).toHaveLength(12 * megabyte);
    for (const object of slow) object?.stream.destroy();
  });
});

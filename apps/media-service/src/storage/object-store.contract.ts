import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ObjectStore, type PutOptions, WrongSize } from './object-store.js';
import { describeDirectLinks, describeLinksThroughUs, type StoreUnderTest } from './object-store-links.contract.js';

/** Honest differences between adapters. */
export interface ObjectStoreFeatures {
  /**
   * Whether upload links point at our own endpoint, which verifies them, or at the store itself, which also makes links
   * to read.
   */
  readonly links: 'through us' | 'direct';
}

const now = new Date('2026-01-01T12:00:00Z');
const inAnHour = new Date('2026-01-01T13:00:00Z');
const type = 'image/png';

/** What every store promises; see {@link ObjectStore}. */
export function describeObjectStore(
  name: string,
  features: ObjectStoreFeatures,
  makeStore: () => Promise<StoreUnderTest>,
): void {
  describe(`object store: ${name}`, () => {
    let made: StoreUnderTest;
    let store: ObjectStore;
    beforeEach(async () => {
      made = await makeStore();
      made.setClock(now);
      store = made.store;
    });
    afterEach(() => made.close());

    const put = (key: string, text: string, options: Partial<PutOptions> = {}) =>
      store.put(key, Readable.from([Buffer.from(text)]), { type, ...options });
    const readText = async (key: string, range?: { start: number; end: number }) => {
      const object = await store.read(key, range);
      return object && (await buffer(object.stream)).toString();
    };
    const listKeys = async () => (await Array.fromAsync(store.list())).map(({ key }) => key).sort();

    it('gives back what was put', async () => {
      expect(await put('a/one.png', 'صورة', { size: 8 })).toMatchObject({ size: 8 });
      expect(await readText('a/one.png')).toBe('صورة');
      expect(await store.head('a/one.png')).toMatchObject({ size: 8 });
      expect((await store.read('a/one.png'))?.stream.destroy()).toBeDefined();
    });

    it('keeps large objects byte for byte', async () => {
      const chunks = Array.from({ length: 64 }, (_, index) => Buffer.alloc(65_536, index));
      await store.put('large', Readable.from(chunks), { type, size: 64 * 65_536 });
      const object = await store.read('large');
      expect(object?.size).toBe(64 * 65_536);
      expect(object && Buffer.concat(chunks).equals(await buffer(object.stream))).toBe(true);
    });

    it('reads a range, and cuts one that goes behind the end', async () => {
      await put('range', '0123456789');
      expect(await readText('range', { start: 2, end: 4 })).toBe('234');
      expect(await readText('range', { start: 0, end: 0 })).toBe('0');
      expect(await readText('range', { start: 8, end: 100 })).toBe('89');
      const part = await store.read('range', { start: 2, end: 4 });
      expect(part?.size).toBe(10);
      part?.stream.destroy();
      expect(await store.read('range', { start: 10, end: 12 })).toBeUndefined();
    });

    it('has nothing under a key that was never put', async () => {
      expect(await store.read('missing')).toBeUndefined();
      expect(await store.head('missing')).toBeUndefined();
      await put('a/b', 'x');
      expect(await store.head('a/b/c')).toBeUndefined();
    });

    it('shows nothing of an object that is still arriving', async () => {
      const rest = Promise.withResolvers<Buffer>();
      const writing = store.put(
        'slow',
        (async function* () {
          yield Buffer.from('half');
          yield await rest.promise;
        })(),
        { type },
      );
      await turn();
      expect(await store.head('slow')).toBeUndefined();
      expect(await listKeys()).toEqual([]);
      rest.resolve(Buffer.from(' and whole'));
      await writing;
      expect(await readText('slow')).toBe('half and whole');
    });

    it('keeps nothing when the source fails, and tells its error', async () => {
      const broken = (async function* () {
        yield Buffer.from('half');
        await turn();
        throw new Error('the client went away');
      })();
      await expect(store.put('broken', broken, { type })).rejects.toThrow('the client went away');
      expect(await store.head('broken')).toBeUndefined();
      expect(await listKeys()).toEqual([]);
    });

    it.each([
      ['fewer', 'abc'],
      ['more', 'abcdefgh'],
    ])('keeps nothing when %s bytes come than announced', async (_, text) => {
      await expect(put('size', text, { size: 5 })).rejects.toBeInstanceOf(WrongSize);
      expect(await store.head('size')).toBeUndefined();
    });

    it('deletes, also twice, also what never was', async () => {
      await put('gone', 'x');
      await store.delete('gone');
      await store.delete('gone');
      await store.delete('never/was');
      expect(await store.read('gone')).toBeUndefined();
    });

    it('lists every object', async () => {
      await Promise.all(['b/1', 'b/2', 'a'].map((key) => put(key, key)));
      expect(await listKeys()).toEqual(['a', 'b/1', 'b/2']);
    });

    it.each([
      '../outside',
      'a/../../outside',
      '/etc/passwd',
      'a//b',
      'a/./b',
      '',
      '.',
      '..',
      'a\\b',
      'a\0b',
      'a b',
      'ملف',
      '%2e%2e/x',
      'x'.repeat(201),
    ])('refuses %j as a key', async (key) => {
      await expect(put(key, 'x')).rejects.toThrow();
      await expect(store.read(key)).rejects.toThrow();
      await expect(store.head(key)).rejects.toThrow();
      await expect(store.delete(key)).rejects.toThrow();
      await expect(store.signUpload({ key, type, size: 1, expiresAt: inAnHour })).rejects.toThrow();
    });

    it('makes links that say what to send', async () => {
      const link = await store.signUpload({ key: 'a/b', type, size: 5, expiresAt: inAnHour });
      expect(link).toMatchObject({ method: 'PUT', headers: { 'content-type': type } });
      expect(URL.canParse(link.url)).toBe(true);
    });

    it('has no upload to take where none came, and forgets none any number of times', async () => {
      await store.signUpload({ key: 'a/b', type, size: 5, expiresAt: inAnHour });
      expect(await store.takeUpload({ key: 'a/b', size: 5 })).toBeUndefined();
      await store.dropUpload('a/b');
      await store.dropUpload('a/b');
      expect(await listKeys()).toEqual([]);
    });

    it('refuses at our endpoint what it never signed', () => {
      for (const token of ['', 'x', 'x.y', '..']) expect(() => store.verifyUpload(token)).toThrow('upload.refused');
    });

    describe('its links', () =>
      features.links === 'direct' ? describeDirectLinks(() => made) : describeLinksThroughUs(() => made));
  });
}

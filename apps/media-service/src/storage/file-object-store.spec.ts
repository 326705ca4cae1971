import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileObjectStore } from './file-object-store.js';
import { describeObjectStore } from './object-store.contract.js';

const secret = 'a secret of at least thirty-two characters';
const uploadUrl = 'http://localhost:8081/api/v1/media/uploads';
const makeFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'mediamesh-store-'));

describeObjectStore('files', { links: 'through us' }, async () => {
  const folder = await makeFolder();
  let now = Date.now();
  const store = await FileObjectStore.open({ folder, secret, uploadUrl, clock: () => now });
  return { store, setClock: (date) => void (now = date.getTime()), close: () => rm(folder, { recursive: true }) };
});

describe('FileObjectStore', () => {
  let folder: string;
  beforeEach(async () => void (folder = await makeFolder()));
  afterEach(() => rm(folder, { recursive: true }));
  const open = (options = {}) => FileObjectStore.open({ folder, secret, uploadUrl, ...options });

  it('removes at the start what a killed process left half-written, and keeps what is whole', async () => {
    const before = await open();
    await before.put('kept', Readable.from([Buffer.from('x')]), { type: 'image/png' });
    await writeFile(join(folder, 'incoming', 'left-over'), 'half');
    const after = await open();
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    expect(await after.head('kept')).toMatchObject({ size: 1 });
  });

  it('leaves no half-written file behind a failed upload', async () => {
    const store = await open();
    await expect(
      store.put('size', Readable.from([Buffer.from('abc')]), { type: 'image/png', size: 4 }),
    ).rejects.toThrow();
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('says that it is not available when its folder has gone', async () => {
    const store = await open();
    await rm(folder, { recursive: true });
    await expect(store.put('x', Readable.from([Buffer.from('abc')]), { type: 'image/png' })).rejects.toMatchObject({
      kind: 'unavailable',
    });
    await expect(
      store.signUpload({ key: 'x', type: 'image/png', size: 3, expiresAt: new Date(Date.now() + 60_000) }),
    ).rejects.toMatchObject({ kind: 'unavailable' });
    await writeFile(folder, 'not a folder');
    await expect(store.put('x', Readable.from([Buffer.from('abc')]), { type: 'image/png' })).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it('refuses links signed with another secret', async () => {
    const [store, other] = [await open(), await open({ secret: `another ${secret}` })];
    const link = await other.signUpload({
      key: 'a',
      type: 'image/png',
      size: 1,
      expiresAt: new Date(Date.now() + 60_000),
    });
    expect(() => store.verifyUpload(link.url.split('/').at(-1) ?? '')).toThrow('upload.refused');
  });
});

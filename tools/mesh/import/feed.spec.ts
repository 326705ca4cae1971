import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { maximumFeedBytes } from '@mediamesh/contracts';
import { readFeed } from './feed.js';

describe('what is to be imported', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mesh-'));
    await writeFile(join(folder, 'قهوة.xml'), '<rss/>');
    await writeFile(join(folder, 'empty.xml'), '');
    await writeFile(join(folder, 'large.xml'), '');
    await truncate(join(folder, 'large.xml'), maximumFeedBytes + 1);
  });
  afterAll(() => rm(folder, { recursive: true }));
  const read = (argument: string) => readFeed(argument, { INIT_CWD: folder });

  it('is an address, or a file as seen from where the person is, by path or file address', async () => {
    expect(await read('HTTPS://example.org/feed')).toEqual({ url: 'HTTPS://example.org/feed' });
    const path = join(folder, 'قهوة.xml');
    for (const argument of ['قهوة.xml', path, pathToFileURL(path).href]) {
      expect(await read(argument)).toMatchObject({ name: `file:${path}`, file: { type: 'application/xml' } });
    }
  });

  it('is refused in one sentence where it is neither', async () => {
    await expect(read('ftp://example.org/feed')).rejects.toThrow('neither an http(s) address nor a file');
    await expect(read('https://user:secret@example.org/feed')).rejects.toThrow('is not an address of a feed');
    await expect(read('file://elsewhere/feed.xml')).rejects.toThrow('is not an address of a file on this machine');
    await expect(read('nothing.xml')).rejects.toThrow(`There is no file ${join(folder, 'nothing.xml')}.`);
    await expect(read('.')).rejects.toThrow('is a folder');
    await expect(read('empty.xml')).rejects.toThrow('is empty');
    await expect(read('large.xml')).rejects.toThrow('is larger than 10 MB');
  });
});

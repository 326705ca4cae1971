import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, ensureCached } from './downloads.js';

describe('the cache of downloads', () => {
  let folder: string;
  const before = process.env['XDG_CACHE_HOME'];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mediamesh-cache-'));
    process.env['XDG_CACHE_HOME'] = folder;
  });
  afterEach(() => {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
    rmSync(folder, { recursive: true, force: true });
  });

  const fetch = (text: string, recipe = ['one'], made: string[] = []) =>
    ensureCached({
      name: 'thing-1.0',
      recipe,
      say: () => undefined,
      make: (fresh) => {
        made.push(fresh);
        writeFileSync(join(fresh, 'file'), text);
      },
    });

  it('makes a download once, also when two ask at the same time', async () => {
    const made: string[] = [];
    const folders = await Promise.all([fetch('a', ['one'], made), fetch('b', ['one'], made)]);
    expect(made).toHaveLength(1);
    expect(folders).toEqual([join(cacheFolder(), 'thing-1.0'), join(cacheFolder(), 'thing-1.0')]);
  });

  it('makes it again when the recipe has changed', async () => {
    await fetch('a', ['one']);
    const again = await fetch('b', ['two']);
    expect(readFileSync(join(again, 'file'), 'utf8')).toBe('b');
  });

  it('keeps nothing of a download that failed', async () => {
    await expect(
      ensureCached({
        name: 'thing-1.0',
        recipe: [],
        say: () => undefined,
        make: () => Promise.reject(new Error('no network')),
      }),
    ).rejects.toThrow('no network');
    expect(readdirSync(cacheFolder())).toEqual([]);
  });

  it('does not take what a killed download left for whole, and removes it', async () => {
    const halves = ['thing-1.0', 'thing-1.0.new-abc'].map((name) => join(cacheFolder(), name));
    for (const half of halves) {
      mkdirSync(half, { recursive: true });
      writeFileSync(join(half, 'file'), 'half');
    }
    expect(readFileSync(join(await fetch('whole'), 'file'), 'utf8')).toBe('whole');
    expect(existsSync(halves[1]!)).toBe(false);
  });
});

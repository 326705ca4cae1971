import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from '@jest/globals';
import { buildProgram } from '../public-document.builder.js';
import { RebuildGivenUp } from '../search-index.js';
import { exchangeIndexFiles, restoreIndexFile } from './index-files.js';
import { SqliteSearchIndex } from './sqlite-search-index.js';

const folder = mkdtempSync(join(tmpdir(), 'sqlite-rebuild-'));
let files = 0;
const newFile = () => join(folder, `${(files += 1)}.db`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the files of a rebuild', () => {
  const names = (file: string): string[] =>
    readdirSync(dirname(file))
      .filter((name) => name.startsWith(basename(file)))
      .toSorted();

  it('are the index and the one before, and no others once it is finished', async () => {
    const file = newFile();
    const index = await SqliteSearchIndex.open(file);
    for (const round of [1, 2]) {
      await index.upsert([buildProgram('live', { en: 'Night' }, { revision: round })]);
      const rebuild = await index.rebuild();
      await rebuild.add([buildProgram(`round${round}`, { en: 'Night' })]);
      await rebuild.finish();
    }
    await (await index.rebuild()).abandon();
    await index.close();
    expect(names(file)).toEqual([basename(file)]);
    const again = await SqliteSearchIndex.open(file);
    const rebuild = await again.rebuild();
    await rebuild.finish();
    await again.close();
    expect(names(file)).toEqual([basename(file), `${basename(file)}.previous`]);
    const previous = await SqliteSearchIndex.open(`${file}.previous`);
    expect((await previous.search({ text: 'night', filters: {}, limit: 5 })).hits.map(({ id }) => id)).toEqual([
      'round2',
    ]);
    await previous.close();
  });

  it('that a killed process left are swept, and its index answers', async () => {
    const file = newFile();
    const program = `
      const { IndexThread } = await import(${JSON.stringify(new URL('./index-thread.ts', import.meta.url).href)});
      const document = (id) => ({ ...${JSON.stringify(buildProgram('x', { en: 'Night' }))}, id });
      const live = await IndexThread.start(${JSON.stringify(file)});
      await live.ask({ does: 'write', documents: [document('kept')], tombstones: [] });
      const rebuild = await IndexThread.start(${JSON.stringify(`${file}.rebuild-1`)});
      for (let at = 0; ; at++) {
        await rebuild.ask({ does: 'write', documents: [document('lost' + at)], tombstones: [] });
        console.log(at);
      }`;
    const script = join(folder, 'killed.mjs');
    writeFileSync(script, program);
    const child = spawn(process.execPath, [...process.execArgv, script], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: child.stdout })) if (Number(line) === 10) child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(names(file)).toContain(`${basename(file)}.rebuild-1`);
    const index = await SqliteSearchIndex.open(file);
    try {
      expect((await index.search({ text: 'night', filters: {}, limit: 5 })).hits.map(({ id }) => id)).toEqual(['kept']);
      expect(names(file).filter((name) => name.includes('rebuild'))).toEqual([]);
    } finally {
      await index.close();
    }
  });

  it('may stop short at every step of the exchange, and one whole index is there', async () => {
    const file = newFile();
    const make = async (name: string, id: string): Promise<void> => {
      const index = await SqliteSearchIndex.open(name);
      await index.upsert([buildProgram(id, { en: 'Night' })]);
      await index.close();
    };
    await make(file, 'old');
    await make(`${file}.rebuild-7`, 'new');
    const found = async (): Promise<string[]> => {
      const index = await SqliteSearchIndex.open(file);
      const { hits } = await index.search({ text: 'night', filters: {}, limit: 5 });
      await index.close();
      return hits.map(({ id }) => id);
    };
    linkSync(file, `${file}.previous`); // stopped after the old index got its second name
    expect(await found()).toEqual(['old']);
    await make(`${file}.rebuild-7`, 'new');
    exchangeIndexFiles(file, `${file}.rebuild-7`);
    expect(await found()).toEqual(['new']);
    restoreIndexFile(file);
    expect(await found()).toEqual(['old']);
  });

  it('give way to the old index where they cannot be exchanged', async () => {
    const file = newFile();
    const index = await SqliteSearchIndex.open(file);
    try {
      await index.upsert([buildProgram('old', { en: 'Night' })]);
      const before = await index.generation();
      const rebuild = await index.rebuild();
      await rebuild.add([buildProgram('new', { en: 'Night' })]);
      mkdirSync(`${file}-shm`); // what cannot be moved out of the way
      await expect(rebuild.finish()).rejects.toThrow();
      await expect(rebuild.finish()).rejects.toThrow(RebuildGivenUp);
      rmdirSync(`${file}-shm`);
      expect(names(file).filter((name) => name.includes('rebuild'))).toEqual([]);
      await index.upsert([buildProgram('later', { en: 'Night' })]);
      expect([
        (await index.search({ text: 'night', filters: {}, limit: 5 })).hits.map(({ id }) => id).toSorted(),
        await index.generation(),
      ]).toEqual([['later', 'old'], before]);
      const again = await index.rebuild();
      await again.add([buildProgram('again', { en: 'Night' })]);
      await again.finish();
      expect((await index.search({ text: 'night', filters: {}, limit: 5 })).hits.map(({ id }) => id)).toEqual([
        'again',
      ]);
    } finally {
      await index.close();
    }
  });
});

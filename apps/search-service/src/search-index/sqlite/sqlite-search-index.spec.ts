import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { buildProgram, buildTombstone } from '../public-document.builder.js';
import { describeSearchIndex } from '../search-index.contract.js';
import { PlaceExpired } from '../search-index.js';
import { SqliteSearchIndex } from './sqlite-search-index.js';

const folder = mkdtempSync(join(tmpdir(), 'search-index-'));
let files = 0;
const newFile = () => join(folder, 'made', `${(files += 1)}.db`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeSearchIndex('SQLite', { refreshIsImmediate: true }, () => {
  const file = newFile();
  return () => SqliteSearchIndex.open(file);
});

describe('the file of a search index', () => {
  const open: SqliteSearchIndex[] = [];
  const openIndex = async (file: string): Promise<SqliteSearchIndex> => {
    const index = await SqliteSearchIndex.open(file);
    open.push(index);
    return index;
  };
  afterEach(() => Promise.all(open.splice(0).map((index) => index.close())));

  const find = async (index: SqliteSearchIndex, text: string): Promise<string[]> =>
    (await index.search({ text, filters: {}, limit: 50 })).hits.map(({ id }) => id);

  it('keeps documents, tombstones and its generation', async () => {
    const file = newFile();
    const first = await SqliteSearchIndex.open(file);
    await first.upsert([buildProgram('a', { ar: 'قهوة' }), buildProgram('b', { ar: 'قهوة' })]);
    await first.remove([buildTombstone('b', 2)]);
    const { generation } = await first.search({ text: 'قهوة', filters: {}, limit: 5 });
    await first.close();
    const second = await openIndex(file);
    await second.upsert([buildProgram('b', { ar: 'قهوة' })]);
    expect(await find(second, 'القهوه')).toEqual(['a']);
    expect((await second.search({ text: 'قهوة', filters: {}, limit: 5 })).generation).toBe(generation);
  });

  it('goes on with a list after a restart where nothing was written, and refuses it where something was', async () => {
    const file = newFile();
    const first = await SqliteSearchIndex.open(file);
    await first.upsert(Array.from({ length: 9 }, (_, at) => buildProgram(`d${at}`, { en: `Night ${at}` })));
    const all = await find(first, 'night');
    const { next } = await first.search({ text: 'night', filters: {}, limit: 4 });
    await first.close();
    const second = await openIndex(file);
    const rest = { text: 'night', filters: {}, limit: 50, after: next };
    expect((await second.search(rest)).hits.map(({ id }) => id)).toEqual(all.slice(4));
    await second.close();
    open.pop();
    const third = await openIndex(file);
    await third.upsert([buildProgram('x', { en: 'other' })]);
    await expect(third.search(rest)).rejects.toThrow(PlaceExpired);
  });

  it('belongs to one index, and says so', async () => {
    const file = newFile();
    await openIndex(file);
    await expect(SqliteSearchIndex.open(file)).rejects.toThrow(
      /^The search index .* is used by another process\..* OpenSearch$/,
    );
  });

  it('says when it is no index', async () => {
    const file = join(folder, 'text.db');
    writeFileSync(file, 'this is no database, only a text that is long enough to be taken for one '.repeat(20));
    await expect(SqliteSearchIndex.open(file)).rejects.toThrow(/^The search index .* is damaged or is no index/);
  });

  it('holds what was acknowledged when its process is killed, and can be opened again at once', async () => {
    const file = newFile();
    const program = `
      const { IndexThread } = await import(${JSON.stringify(new URL('./index-thread.ts', import.meta.url).href)});
      const thread = await IndexThread.start(${JSON.stringify(file)});
      const document = (at) => ({ ...${JSON.stringify(buildProgram('x', { en: 'Night' }))}, id: 'd' + at });
      for (let at = 0; ; at++) {
        await thread.ask({ does: 'write', documents: [document(at)], tombstones: [] });
        console.log(at);
      }`;
    const script = join(folder, 'killed.mjs');
    writeFileSync(script, program);
    const child = spawn(process.execPath, [...process.execArgv, script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let acknowledged = -1;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      if (acknowledged === 25) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const index = await openIndex(file);
    expect(acknowledged).toBeGreaterThanOrEqual(25);
    expect(await index.count()).toBeGreaterThanOrEqual(acknowledged + 1);
  });

  it('writes what comes at the same time together, each call with its own answer', async () => {
    const index = await openIndex(newFile());
    const broken = {
      ...buildProgram('broken', { en: 'Night' }),
      releasedAt: undefined,
      tags: undefined,
    } as unknown as ReturnType<typeof buildProgram>;
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 80 }, (_, at) => index.upsert([buildProgram(`d${at}`, { en: 'Night' })])),
      index.upsert([broken]),
      index.upsert([buildProgram('last', { en: 'Night' })]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 80 }, () => 'fulfilled'),
      'rejected',
      'fulfilled',
    ]);
    expect(await index.count()).toBe(81);
  });

  it('finishes what it was given before it closes', async () => {
    const file = newFile();
    const index = await SqliteSearchIndex.open(file);
    const writes = Promise.all(
      Array.from({ length: 50 }, (_, at) => index.upsert([buildProgram(`d${at}`, { en: 'Night' })])),
    );
    await index.close();
    await writes;
    expect(await (await openIndex(file)).count()).toBe(50);
  });

  it('finds, beyond its bounds, rare words everywhere and common ones by title and among the newest', async () => {
    const index = await openIndex(newFile());
    const day = (at: number): string => new Date(Date.UTC(2000, 0, 1 + at)).toISOString();
    const common = Array.from({ length: 3_000 }, (_, at) =>
      buildProgram(`d${at}`, { en: [`Number ${at}`, 'a common night'] }, { releasedAt: day(at) }),
    );
    await index.upsert([
      ...common,
      buildProgram('title', { en: 'Night' }, { releasedAt: day(-1) }),
      buildProgram('rare', { en: ['Other', 'a common night with zebras'] }, { releasedAt: day(-2) }),
    ]);
    expect((await find(index, 'night'))[0]).toBe('title');
    expect((await find(index, 'night'))[1]).toBe('d2999');
    expect((await find(index, 'common night zebra'))[0]).toBe('rare');
    expect(await find(index, 'zebra')).toEqual(['rare']);
  });

  it('counts a sample where much is found, and comes near', async () => {
    const index = await openIndex(newFile());
    await index.upsert(
      Array.from({ length: 6_000 }, (_, at) =>
        buildProgram(
          `d${at}`,
          { en: 'Night', ...(at % 2 === 0 && { ar: 'ليل Night' }) },
          { category: at % 10 === 0 ? 'rare' : `common.${at % 3}` },
        ),
      ),
    );
    const { facets } = await index.search({ text: 'night', filters: {}, limit: 1, facets: true });
    expect(facets?.exact).toBe(false);
    for (const [name, value, truth] of [
      ['category', 'common', 5_400],
      ['category', 'rare', 600],
      ['language', 'en', 6_000],
      ['language', 'ar', 3_000],
      ['kind', 'program', 6_000],
    ] as const) {
      const count = facets?.[name].find((one) => one.value === value)?.count ?? 0;
      expect({ value, near: Math.abs(count - truth) / truth < 0.2, count }).toMatchObject({ value, near: true });
    }
    expect(
      (await index.search({ text: 'night', filters: { category: 'rare' }, limit: 1, facets: true })).facets,
    ).toMatchObject({
      exact: false,
      language: [
        { value: 'ar', count: 600 },
        { value: 'en', count: 600 },
      ],
    });
  });
});

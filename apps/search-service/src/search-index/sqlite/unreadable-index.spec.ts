import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from '@jest/globals';
import { buildProgram, buildTombstone } from '../public-document.builder.js';
import { SqliteSearchIndex } from './sqlite-search-index.js';

const folder = mkdtempSync(join(tmpdir(), 'unreadable-index-'));
let files = 0;
const newFile = () => join(folder, `${(files += 1)}.db`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an index that is of no use any more', () => {
  const notReady = { kind: 'unavailable', code: 'search.not_ready' };
  const question = { text: 'night', filters: {}, limit: 5 };

  /** An index of an older layout, and one that is damaged in the middle. */
  const spoil = {
    older: (file: string): void => {
      const database = new DatabaseSync(file);
      database.exec('pragma user_version = 1');
      database.close();
    },
    damaged: (file: string): void => writeFileSync(file, readFileSync(file).fill(0xff, 2_000, 60_000)),
  };

  it.each(['older', 'damaged'] as const)(
    'because it is %s refuses everything until it is built anew, and is kept meanwhile',
    async (kind) => {
      const file = newFile();
      const before = await SqliteSearchIndex.open(file);
      await before.upsert([buildProgram('old', { en: 'Night' })]);
      await before.close();
      spoil[kind](file);
      const index = await SqliteSearchIndex.open(file);
      try {
        expect(await index.generation()).toBeUndefined();
        for (const asked of [
          index.search(question),
          index.suggest('n', { limit: 5 }),
          index.count(),
          index.upsert([buildProgram('a', { en: 'Night' })]),
          index.remove([buildTombstone('a', 1)]),
        ])
          await expect(asked).rejects.toMatchObject(notReady);
        const given = await index.rebuild();
        await index.upsert([buildProgram('live', { en: 'Night' })]);
        await expect(index.search(question)).rejects.toMatchObject(notReady);
        expect(await index.generation()).toBeUndefined();
        await given.abandon();
        await expect(index.upsert([buildProgram('a', { en: 'Night' })])).rejects.toMatchObject(notReady);
        const rebuild = await index.rebuild();
        const broken = {
          ...buildProgram('broken', { en: 'Night' }),
          releasedAt: undefined,
          tags: undefined,
        } as unknown as ReturnType<typeof buildProgram>;
        await expect(index.upsert([broken])).rejects.not.toMatchObject(notReady);
        await Promise.all([
          index.upsert([buildProgram('live', { en: 'Night' }, { revision: 2 })]),
          rebuild.add([buildProgram('live', { en: 'Day' }), buildProgram('page', { en: 'Night' })]),
        ]);
        await rebuild.finish();
        expect((await index.search(question)).hits.map(({ id }) => id).toSorted()).toEqual(['live', 'page']);
        expect(await index.generation()).toBe(rebuild.generation);
        expect(existsSync(`${file}.previous`)).toBe(true);
      } finally {
        await index.close();
      }
    },
  );

  it('shows as such also where the damage is met only later', async () => {
    const file = newFile();
    const index = await SqliteSearchIndex.open(file);
    try {
      await index.upsert(
        Array.from({ length: 3_000 }, (_, at) =>
          buildProgram(`d${at}`, { en: [`Night ${at}`, `some other words ${at} `.repeat(20)] }),
        ),
      );
      await (await index.rebuild()).abandon();
      await index.close();
      const content = readFileSync(file);
      const pages = content.length / 8_192;
      for (let page = 20; page < pages; page++) content.fill(0xff, page * 8_192, page * 8_192 + 4_000);
      writeFileSync(file, content);
      const again = await SqliteSearchIndex.open(file);
      try {
        await expect(again.search({ ...question, limit: 100 })).rejects.toMatchObject({ kind: 'unavailable' });
        expect(await again.generation()).toBeUndefined();
        const rebuild = await again.rebuild();
        await rebuild.add([buildProgram('new', { en: 'Night' })]);
        await rebuild.finish();
        expect((await again.search(question)).hits.map(({ id }) => id)).toEqual(['new']);
      } finally {
        await again.close();
      }
    } finally {
      await index.close();
    }
  });

  it('is not what another database is taken for', async () => {
    const file = join(folder, 'other.db');
    const database = new DatabaseSync(file);
    database.exec('create table accounts (id integer primary key)');
    database.close();
    await expect(SqliteSearchIndex.open(file)).rejects.toThrow(/^The file .* is no search index but another database/);
  });
});

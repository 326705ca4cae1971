import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { buildProgram } from '../public-document.builder.js';
import { openIndexFile } from './index-file.js';
import { IndexWriter } from './index-writer.js';
import { Lexicon } from './lexicon.js';
import { Statistics } from './statistics.js';

/** A result code of SQLite that passes. */
const full = 13;

describe('writing into an index file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'index-writer-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('says that a full disk is the reason, so that the write is tried again, and goes on when there is room', () => {
    const database = openIndexFile(join(folder, 'full.db'));
    const statistics = new Statistics(database, { rows: 0, words: 0, titleWords: 0, letters: 0 });
    const writer = new IndexWriter(database, statistics, new Lexicon(database));
    const large = Array.from({ length: 60 }, (_, at) =>
      buildProgram(`d${at}`, { en: [`Night ${at}`, `word${at} `.repeat(900)] }),
    );
    const { page_count: pages } = database.prepare('pragma page_count').get() as { page_count: number };
    database.exec(`pragma max_page_count = ${pages + 4}`);
    const failures = Array.from({ length: 2 }, () => {
      try {
        return writer.write(large, []);
      } catch (error) {
        return (error as { errcode?: number }).errcode;
      }
    });
    expect(failures).toEqual([full, full]);
    database.exec('pragma max_page_count = 100000');
    writer.write(large, []);
    expect([statistics.rows, database.prepare('select count(*) as count from texts').get()]).toEqual([
      60,
      { count: 60 },
    ]);
    database.close();
  });
});

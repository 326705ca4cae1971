import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { textLayout } from '../searchable-text.js';

/** The layout of texts, plus one for every change of the schema. */
const layout = textLayout + 1;

const schema = `
  create table documents (id text primary key, revision integer not null, place integer) without rowid;
  create table texts (
    row integer primary key, id text not null, kind text not null, language text not null, title text not null,
    description text not null
  );
  create table tokens (
    row integer primary key, length integer not null, titleLength integer not null, titleKey text not null,
    stems text not null, words text not null, spellings text
  );
  create table facets (row integer primary key, words text not null);
  create table lexicon (word text primary key) without rowid;
  create index tokens_title on tokens (titleKey);
  create virtual table stems using fts5(
    text, facets, content = '', contentless_delete = 1, tokenize = "ascii tokenchars ':-.'"
  );
  create virtual table titles using fts5(
    text, facets, content = '', contentless_delete = 1, tokenize = "ascii tokenchars ':-.'"
  );
  create virtual table beginnings using fts5(
    text, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3 4 5',
    tokenize = "ascii tokenchars ':-.^'"
  );
  create virtual table vocabulary using fts5vocab(stems, 'row');
  create table state (
    generation text not null, changes integer not null, rows integer not null, words integer not null,
    titleWords integer not null, letters integer not null
  );
  pragma user_version = ${layout};`;

export class IndexFileError extends Error {
  override readonly name = 'IndexFileError';

  /** Whether the file is an unusable index, which a rebuild may replace. */
  readonly isIndex: boolean;

  constructor(message: string, isIndex: boolean) {
    super(message);
    this.isIndex = isIndex;
  }
}

/**
 * Opens or creates the file of an index, and keeps it locked until it is closed or the process ends.
 *
 * `synchronous = normal`: a commit survives a crash of the process at once, and one of the machine from the next
 * checkpoint on.
 */
export function openIndexFile(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true });
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec(`
      pragma page_size = 8192;
      pragma locking_mode = exclusive;
      pragma journal_mode = wal;
      pragma synchronous = normal;
      pragma cache_size = -32000;
      begin immediate;`);
    const { user_version: found } = database.prepare('pragma user_version').get() as { user_version: number };
    const tables = (database.prepare('select name from sqlite_schema').all() as { name: string }[]).map(
      ({ name }) => name,
    );
    if (tables.length > 0 && !['documents', 'texts', 'state'].every((name) => tables.includes(name)))
      throw new IndexFileError(`The file ${file} is no search index but another database: name another file`, false);
    if (found !== 0 && found !== layout)
      throw new IndexFileError(
        `The search index ${file} has layout ${found}, this version reads layout ${layout}: build it anew`,
        true,
      );
    if (found === 0) {
      database.exec(schema);
      database.prepare('insert into state values (?, 0, 0, 0, 0, 0)').run(randomUUID());
    }
    database.exec('commit');
    return database;
  } catch (error) {
    database?.close();
    throw explainFailure(file, error);
  }
}

// Primary result codes of SQLite, the low byte of the extended code.
const busy = 5;
const readOnly = 8;
const damaged = 11;
const noDatabase = 26;
/** No memory, interrupted, I/O error, full disk, file cannot be opened. */
const passing = [7, 9, 10, 13, 14];

/** Whether the machine caused an error, so that the same request may succeed later. */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && passing.includes(code);
}

/** Whether the file is damaged, so that no answer can be trusted. */
export const isDamage = (error: unknown): boolean => codeOf(error) === damaged;

export const describeDamage = (file: string): string => `The search index ${file} is damaged: build it anew`;

const codeOf = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;

function explainFailure(file: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === busy)
    return new IndexFileError(
      `The search index ${file} is used by another process. ` +
        `An index in SQLite belongs to one process; several need OpenSearch`,
      false,
    );
  if (code === noDatabase)
    return new IndexFileError(
      `The search index ${file} is damaged or is no index: move the file away and index everything again`,
      false,
    );
  if (code === readOnly)
    return new IndexFileError(
      `The search index ${file} cannot be written: it must belong to the user of the process`,
      false,
    );
  return isDamage(error) ? new IndexFileError(describeDamage(file), true) : error;
}

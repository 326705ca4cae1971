import type { DatabaseSync } from 'node:sqlite';
import type { PublicDocument, Tombstone } from '@mediamesh/contracts';
import { createStemmer } from '@mediamesh/text';
import type { Lexicon } from './lexicon.js';
import { dayOf, endOfDay, firstPlaceOfDay, lastRowOf, placeOf, rowOf } from './row-numbers.js';
import {
  beginningFacets,
  facetWords,
  readTexts,
  sampleOf,
  type SearchableText,
  sampleWord,
} from '../searchable-text.js';
import { execute } from './statement.js';
import type { CountedRow, Statistics } from './statistics.js';

interface Known {
  readonly revision: number;
  readonly place: number | null;
}

export class IndexWriter {
  private readonly database: DatabaseSync;
  private readonly statistics: Statistics;
  private readonly lexicon: Lexicon;
  private readonly stem = createStemmer();
  /** By day, the first place not used since this index was opened: open lists still refer to places that were freed. */
  private readonly fresh = new Map<number, number>();
  private readonly sql;

  constructor(database: DatabaseSync, statistics: Statistics, lexicon: Lexicon) {
    this.database = database;
    this.statistics = statistics;
    this.lexicon = lexicon;
    this.sql = {
      find: database.prepare('select revision, place from documents where id = ?'),
      put: database.prepare(
        `insert into documents values (?, ?, ?)
         on conflict (id) do update set revision = excluded.revision, place = excluded.place`,
      ),
      lastRow: database.prepare('select max(row) as row from texts where row >= ? and row < ?'),
      rows: database.prepare('select row, stems, length, titleLength from tokens where row between ? and ?'),
      addText: database.prepare('insert into texts values (?, ?, ?, ?, ?, ?)'),
      addTokens: database.prepare('insert into tokens values (?, ?, ?, ?, ?, ?, ?)'),
      addFacets: database.prepare('insert into facets values (?, ?)'),
      addStems: database.prepare('insert into stems (rowid, text, facets) values (?, ?, ?)'),
      addBeginnings: database.prepare('insert into beginnings (rowid, text) values (?, ?)'),
      addTitle: database.prepare('insert into titles (rowid, text, facets) values (?, ?, ?)'),
      drops: [
        ...['texts', 'tokens', 'facets'].map((table) => database.prepare(`delete from ${table} where row = ?`)),
        ...['stems', 'titles', 'beginnings'].map((table) => database.prepare(`delete from ${table} where rowid = ?`)),
      ],
      state: database.prepare(
        'update state set changes = changes + 1, rows = ?, words = ?, titleWords = ?, letters = ?',
      ),
    };
  }

  /** One transaction: all or nothing. */
  write(documents: readonly PublicDocument[], tombstones: readonly Tombstone[]): void {
    const followed: [row: CountedRow, by: 1 | -1][] = [];
    const follow = (row: CountedRow, by: 1 | -1): void => {
      this.statistics.follow(row, by);
      followed.push([row, by]);
    };
    this.database.exec('begin immediate');
    try {
      for (const document of documents) this.put(document, follow);
      for (const { id, revision } of tombstones) this.remove(id, revision, follow);
      const { rows, words, titleWords, letters } = this.statistics.totals;
      if (followed.length > 0) execute(this.sql.state, rows, words, titleWords, letters);
      this.lexicon.save();
      this.database.exec('commit');
      this.lexicon.confirmSaved();
    } catch (error) {
      for (const [row, by] of followed) this.statistics.follow(row, by === 1 ? -1 : 1);
      // SQLite has already rolled back on a full or failing disk
      if (this.database.isTransaction) this.database.exec('rollback');
      throw error;
    }
  }

  private put(document: PublicDocument, follow: (row: CountedRow, by: 1 | -1) => void): void {
    const known = this.find(document.id);
    if (known && known.revision >= document.revision) return;
    if (known) this.drop(known, follow);
    const place = this.findPlace(document.releasedAt, known?.place ?? null);
    execute(this.sql.put, document.id, document.revision, place);
    readTexts(document, this.stem).forEach((text, language) =>
      this.add(rowOf(place, language), document, text, follow),
    );
  }

  private remove(id: string, revision: number, follow: (row: CountedRow, by: 1 | -1) => void): void {
    const known = this.find(id);
    if (known && known.revision >= revision) return;
    if (known) this.drop(known, follow);
    execute(this.sql.put, id, revision, null);
  }

  private find(id: string): Known | undefined {
    return this.sql.find.get(id) as Known | undefined;
  }

  /** A document keeps its place while its release day stays the same, so that open lists still find it. */
  private findPlace(releasedAt: string, former: number | null): number {
    const first = firstPlaceOfDay(releasedAt);
    if (former !== null && dayOf(former) === dayOf(first)) return former;
    const { row } = this.sql.lastRow.get(rowOf(first, 0), rowOf(endOfDay(first), 0)) as { row: number | null };
    const place = Math.max(row === null ? first : placeOf(row) + 1, this.fresh.get(dayOf(first)) ?? 0);
    if (place >= endOfDay(first))
      throw new Error(`The index holds as many documents of ${releasedAt} as a day can have`);
    return place;
  }

  private add(
    row: number,
    document: PublicDocument,
    text: SearchableText,
    follow: (row: CountedRow, by: 1 | -1) => void,
  ): void {
    const { kind, type, category } = document;
    const facets = facetWords({ kind, type, category, language: text.language }).join(' ');
    const own = beginningFacets({ kind, language: text.language }).join(' ');
    execute(this.sql.addText, BigInt(row), document.id, kind, text.language, text.title, text.description);
    execute(
      this.sql.addTokens,
      BigInt(row),
      text.length,
      text.titleLength,
      text.titleKey,
      text.stems,
      text.words,
      text.spellings === text.words ? null : text.spellings,
    );
    execute(this.sql.addFacets, BigInt(row), facets);
    execute(this.sql.addStems, BigInt(row), text.stems, `${facets} ${sampleWord(sampleOf(document.id))}`);
    execute(this.sql.addBeginnings, BigInt(row), `${text.beginnings}${own}`);
    execute(this.sql.addTitle, BigInt(row), text.titleStems, facets);
    this.lexicon.learn(text.words);
    follow(text, 1);
  }

  private drop({ place }: Known, follow: (row: CountedRow, by: 1 | -1) => void): void {
    if (place === null) return;
    this.fresh.set(dayOf(place), Math.max(place + 1, this.fresh.get(dayOf(place)) ?? 0));
    const rows = this.sql.rows.all(rowOf(place, 0), lastRowOf(place)) as unknown as (CountedRow & { row: number })[];
    for (const { row, ...counted } of rows) {
      for (const drop of this.sql.drops) execute(drop, BigInt(row));
      follow(counted, -1);
    }
  }
}

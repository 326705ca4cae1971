import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

/**
 * Public documents with the columns that lists and lookups need. A row without a document is a tombstone. Documents are
 * `json`, not `jsonb`, because they are returned unchanged and never queried.
 */
export class Catalogue1764000000600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Sorts numbers inside titles, including Arabic-Indic digits, as numbers.
    await runner.query(`create collation arabic_titles (provider = icu, locale = 'ar-u-kn-true')`);
    await runner.query(`create collation english_titles (provider = icu, locale = 'en-u-kn-true')`);

    // `facets` holds the filters (type:…, category:…, language:…), with parents of categories and languages. `slugs`
    // are folded, current and former. `names` are the titles and slugs that episodes show of their program.
    await runner.query(`
      create table programs (
        id uuid constraint programs_pkey primary key,
        revision bigint not null,
        document json,
        names json,
        category text,
        facets text[] not null,
        slugs text[] not null,
        arabic_title text collate arabic_titles,
        english_title text collate english_titles,
        released_at timestamptz,
        serial boolean
      )`);
    await runner.query('create index programs_newest_idx on programs (released_at, id) where document is not null');
    await runner.query(
      'create index programs_arabic_title_idx on programs (arabic_title, id) where document is not null',
    );
    await runner.query(
      'create index programs_english_title_idx on programs (english_title, id) where document is not null',
    );
    await runner.query('create index programs_category_idx on programs (category) where document is not null');
    // No pending list, which every lookup would scan: programs change rarely and are read often.
    await runner.query(`
      create index programs_facets_idx on programs
      using gin (facets) with (fastupdate = off) where document is not null`);
    await runner.query(`
      create index programs_slugs_idx on programs
      using gin (slugs) with (fastupdate = off) where document is not null`);

    // Episodes without a season or a number have values that sort last.
    await runner.query(`
      create table episodes (
        id uuid constraint episodes_pkey primary key,
        program_id uuid not null,
        revision bigint not null,
        document json,
        facets text[] not null,
        season integer,
        number numeric,
        released_at timestamptz
      )`);
    await runner.query(
      'create index episodes_newest_idx on episodes (program_id, released_at, id) where document is not null',
    );
    await runner.query(`
      create index episodes_serial_idx on episodes (program_id, season, number, released_at, id)
      where document is not null`);

    // Prefixes of folded titles, for search while the search engine is down.
    await runner.query(`
      create table titles (
        item_id uuid,
        folded text collate "C",
        program_id uuid not null,
        facets text[] not null,
        constraint titles_pkey primary key (item_id, folded)
      )`);
    await runner.query('create index titles_folded_idx on titles (folded, item_id)');

    await runner.query(`
      create table vocabularies (
        name text constraint vocabularies_pkey primary key,
        version bigint not null,
        items json not null
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}

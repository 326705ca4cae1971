import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

export class Items1764000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Programs and episodes share a table, because they share a lifecycle. A program's `program_id` is its own id.
    await runner.query(`
      create table items (
        id uuid constraint items_pkey primary key,
        kind text not null check (kind in ('program', 'episode')),
        program_id uuid not null,
        version integer not null,
        working_version_id uuid not null,
        published_version_id uuid,
        live jsonb not null,
        former_slugs jsonb not null,
        slugs jsonb not null,
        origin jsonb not null,
        status text not null check (status in ('draft', 'published', 'unpublished')),
        type text,
        category text,
        languages text[] not null,
        title_key text not null,
        season integer,
        number text,
        episode_kind text,
        origin_source_id uuid,
        origin_key text,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        published_at timestamptz,
        created_by uuid,
        deleted_at timestamptz,
        constraint items_origin_key unique (origin_source_id, origin_key)
      )`);
    await runner.query(
      "create index items_programs_idx on items (id desc) where kind = 'program' and deleted_at is null",
    );
    await runner.query(
      "create index items_episodes_idx on items (program_id, id desc) where kind = 'episode' and deleted_at is null",
    );
    await runner.query(`
      create unique index items_number_key on items (program_id, coalesce(season, 0), episode_kind, number)
      where kind = 'episode' and number is not null and deleted_at is null`);

    // `scope` is the program of an episode, or the nil UUID for programs.
    await runner.query(`
      create table slugs (
        scope uuid not null,
        folded text collate "C" not null,
        item_id uuid not null,
        constraint slugs_pkey primary key (scope, folded)
      )`);
    await runner.query('create index slugs_item_idx on slugs (item_id)');

    // Every version that an item has ever pointed at.
    await runner.query(`
      create table item_versions (
        version_id uuid constraint item_versions_pkey primary key,
        item_id uuid not null,
        version integer not null,
        created_at timestamptz not null,
        created_by uuid
      )`);

    // `document` is what the item alone makes public, `visible` whether it does. An episode also needs its program.
    await runner.query(`
      create table public_documents (
        id uuid constraint public_documents_pkey primary key,
        kind text not null,
        program_id uuid not null,
        revision bigint not null,
        visible boolean not null,
        document jsonb
      )`);
    await runner.query(
      "create index public_documents_program_idx on public_documents (program_id) where kind = 'episode'",
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}

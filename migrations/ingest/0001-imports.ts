import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

export class Imports1764000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `url_key` is the normalised URL. Validators are those of the last run that settled everything, or null.
    await runner.query(`
      create table sources (
        id uuid constraint sources_pkey primary key,
        kind text not null constraint sources_kind_check check (kind in ('rss')),
        url text,
        url_key text,
        name text,
        given_program_id uuid,
        program_id uuid,
        publish text not null constraint sources_publish_check check (publish in ('draft', 'when_ready')),
        version integer not null default 1,
        last_run_id uuid,
        validators_url text,
        etag text,
        last_modified text,
        body_hash bytea,
        settled_run_id uuid,
        settled_at timestamptz,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        created_by uuid,
        deleted_at timestamptz
      )`);
    await runner.query('create unique index sources_url_key on sources (md5(url_key)) where deleted_at is null');
    await runner.query('create index sources_name_idx on sources (name) where deleted_at is null');

    // `publish` overrides the source's policy. `worker` is the lease of a running run; `heartbeat_at` is unused.
    await runner.query(`
      create table runs (
        id uuid constraint runs_pkey primary key,
        source_id uuid not null constraint runs_source_id_fkey references sources (id),
        status text not null
          constraint runs_status_check check (status in ('queued', 'running', 'completed', 'failed')),
        publish text constraint runs_publish_check check (publish in ('draft', 'when_ready')),
        items_new integer not null default 0,
        items_changed integer not null default 0,
        items_unchanged integer not null default 0,
        items_duplicate integer not null default 0,
        items_failed integer not null default 0,
        total integer,
        published integer not null default 0,
        program_id uuid,
        codes text[] not null default '{}',
        error_code text,
        error_detail text,
        worker uuid,
        heartbeat_at timestamptz,
        created_at timestamptz not null default clock_timestamp(),
        started_at timestamptz,
        finished_at timestamptz
      )`);
    await runner.query(
      `create unique index runs_source_active_key on runs (source_id) where status in ('queued', 'running')`,
    );
    await runner.query('create index runs_source_idx on runs (source_id, id desc)');
    await runner.query(`create index runs_due_idx on runs (id) where status in ('queued', 'running')`);

    // Uploaded feeds, deleted when their run ends.
    await runner.query(`
      create table feed_bodies (
        run_id uuid
          constraint feed_bodies_pkey primary key
          constraint feed_bodies_run_id_fkey references runs (id) on delete cascade,
        content_type text,
        body bytea not null
      )`);
    await runner.query('alter table feed_bodies alter column body set storage external');

    await runner.query(`
      create table run_items (
        run_id uuid not null constraint run_items_run_id_fkey references runs (id) on delete cascade,
        position integer not null,
        key text not null,
        title text not null,
        outcome text not null
          constraint run_items_outcome_check
          check (outcome in ('new', 'changed', 'unchanged', 'duplicate', 'failed')),
        episode_id uuid,
        published boolean not null,
        codes text[] not null,
        constraint run_items_pkey primary key (run_id, position)
      )`);

    // All items that a source has ever had. `settled` means that the same content need not be sent again.
    await runner.query(`
      create table items (
        source_id uuid not null constraint items_source_id_fkey references sources (id),
        key text not null,
        name text not null,
        enclosure text,
        link text,
        content_hash text not null,
        episode_id uuid,
        published boolean not null,
        settled boolean not null,
        constraint items_pkey primary key (source_id, key)
      )`);

    // Each image URL once per source, and the items whose cover it is. `due_at` is also the lease of an attempt.
    await runner.query(`
      create table images (
        source_id uuid not null constraint images_source_id_fkey references sources (id),
        url_hash bytea not null,
        url text not null,
        asset_id uuid,
        attempts integer not null default 0,
        due_at timestamptz not null default clock_timestamp(),
        given_up_code text,
        constraint images_pkey primary key (source_id, url_hash)
      )`);
    await runner.query(
      'create index images_due_idx on images (due_at) where asset_id is null and given_up_code is null',
    );
    await runner.query(`
      create table covers (
        source_id uuid not null,
        item_key text not null,
        url_hash bytea not null,
        done_at timestamptz,
        constraint covers_pkey primary key (source_id, item_key),
        constraint covers_image_fkey foreign key (source_id, url_hash) references images (source_id, url_hash)
      )`);
    await runner.query('create index covers_waiting_idx on covers (source_id, url_hash) where done_at is null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table covers, images, items, run_items, feed_bodies, runs, sources');
  }
}

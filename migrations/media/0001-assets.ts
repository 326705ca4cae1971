import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

export class Assets1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `sha256` is the declared hash until the asset is ready; `uploaded_sha256` is that of the bytes at `object_key`.
    await runner.query(`
      create table assets (
        id uuid constraint assets_pkey primary key,
        file_name text not null,
        type text not null,
        size bigint not null constraint assets_size_check check (size > 0),
        sha256 text,
        status text not null constraint assets_status_check check (status in ('declared', 'ready', 'rejected')),
        reason text,
        width integer,
        height integer,
        duration_seconds integer,
        alt jsonb not null,
        path text,
        object_key text constraint assets_object_key_key unique,
        uploaded_sha256 text,
        version integer not null default 1,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        created_by text,
        constraint assets_ready_check
          check (status <> 'ready' or (object_key is not null and path is not null and sha256 is not null))
      )`);
    await runner.query('create index assets_status_idx on assets (status, id desc)');
    await runner.query(`create index assets_declared_idx on assets (created_at) where status = 'declared'`);

    await runner.query(`
      create table claims (
        owner_id uuid not null,
        asset_id uuid not null constraint claims_asset_id_fkey references assets (id),
        claimed_at timestamptz not null default now(),
        constraint claims_pkey primary key (owner_id, asset_id)
      )`);
    await runner.query('create index claims_asset_id_idx on claims (asset_id)');

    // Withdrawn documents keep a row without assets, so that a late older event cannot make a file public again.
    await runner.query(`
      create table public_documents (
        id text constraint public_documents_pkey primary key,
        revision bigint not null,
        asset_ids uuid[] not null
      )`);
    await runner.query('create index public_documents_asset_ids_idx on public_documents using gin (asset_ids)');

    // URLs are too long for an index; their hashes are not.
    await runner.query(`
      create table picture_sources (
        url_hash bytea constraint picture_sources_pkey primary key,
        url text not null,
        asset_id uuid not null constraint picture_sources_asset_id_fkey references assets (id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table picture_sources, public_documents, claims, assets');
  }
}

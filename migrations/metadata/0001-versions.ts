import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

export class Versions1764000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table versions (
        id uuid primary key,
        kind text not null check (kind in ('program', 'episode')),
        subject_id uuid not null,
        content jsonb not null,
        confirmed boolean not null default false,
        created_at timestamptz not null default now()
      )`);
    await runner.query('create index versions_unconfirmed_idx on versions (created_at) where not confirmed');
    await runner.query(`
      create table vocabularies (
        name text primary key,
        version integer not null,
        items jsonb not null
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}

import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

export class Rebuilds1764000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `worker` is the lease of a running rebuild; `lease_until` is unused. `generation` names the index it builds.
    await runner.query(`
      create table rebuilds (
        id uuid constraint rebuilds_pkey primary key,
        status text not null
          constraint rebuilds_status_check check (status in ('queued', 'running', 'completed', 'failed')),
        requested_by text not null,
        documents integer not null default 0,
        tombstones integer not null default 0,
        total integer,
        found integer,
        generation text,
        error_code text,
        error_detail text,
        worker uuid,
        lease_until timestamptz,
        created_at timestamptz not null default clock_timestamp(),
        started_at timestamptz,
        finished_at timestamptz
      )`);
    await runner.query(
      `create unique index rebuilds_active_key on rebuilds ((true)) where status in ('queued', 'running')`,
    );

    // A single row: the complete index, and the one that is about to replace it.
    await runner.query(`
      create table index_state (
        singleton boolean default true
          constraint index_state_pkey primary key
          constraint index_state_singleton_check check (singleton),
        generation text not null,
        next_generation text
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table index_state, rebuilds');
  }
}

import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

/** Buildings of the index, and which index holds what is public. */
export class Rebuilds1764000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `worker` and `lease_until` are the lease of a running one; `generation` names the index it builds.
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

    // One row: the index that is known to hold everything, and the one about to take its place.
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

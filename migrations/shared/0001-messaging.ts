import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

export class Messaging1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `id` orders the relay. `size` lets it limit a batch in bytes without reading the envelopes.
    await runner.query(`
      create table outbox (
        id bigint generated always as identity constraint outbox_pkey primary key,
        event_id uuid not null,
        topic text not null,
        envelope json not null,
        size integer not null,
        created_at timestamptz not null default clock_timestamp(),
        sent_at timestamptz,
        parked_at timestamptz,
        parked_reason text
      )`);
    await runner.query('create index outbox_unsent_idx on outbox (id) where sent_at is null and parked_at is null');
    await runner.query('create index outbox_parked_idx on outbox (parked_at) where parked_at is not null');
    await runner.query('create index outbox_sent_idx on outbox (sent_at) where sent_at is not null');

    // A row waits while `done_at` is null, and keeps its envelope until then. `arrival` orders the queues.
    await runner.query(`
      create table inbox (
        consumer text not null,
        event_id uuid not null,
        arrival bigint generated always as identity,
        partition_key text,
        envelope json,
        size integer,
        done_at timestamptz,
        constraint inbox_pkey primary key (consumer, event_id)
      )`);
    await runner.query('create index inbox_waiting_idx on inbox (consumer, arrival) where done_at is null');
    await runner.query('create index inbox_done_idx on inbox (done_at) where done_at is not null');

    await runner.query(`
      create table dead_letters (
        id uuid constraint dead_letters_pkey primary key,
        consumer text not null,
        event_id text not null,
        type text not null,
        subject text not null,
        event json not null,
        attempts integer not null,
        error text not null,
        stack text,
        failed_at timestamptz not null default clock_timestamp(),
        constraint dead_letters_event_key unique (consumer, event_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table dead_letters, inbox, outbox');
  }
}

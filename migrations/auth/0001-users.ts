import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

/** Accounts and the keys that sign tokens. */
export class Users1700000001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `email` is the one spelling of an address, so that plain uniqueness is enough.
    await runner.query(`
      create table users (
        id uuid constraint users_pkey primary key,
        email text not null constraint users_email_key unique,
        name text,
        role text not null constraint users_role_check check (role in ('ADMIN', 'EDITOR', 'USER')),
        password_hash text not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`);

    // The private half is locked with a secret that the database does not know.
    await runner.query(`
      create table signing_keys (
        kid text constraint signing_keys_pkey primary key,
        public_jwk jsonb not null,
        private_box bytea not null,
        created_at timestamptz not null,
        retired_at timestamptz
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table signing_keys, users');
  }
}

import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

export class Users1700000001001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `email` is normalised, so a plain unique constraint suffices.
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

    // The private key is encrypted with a secret outside the database.
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

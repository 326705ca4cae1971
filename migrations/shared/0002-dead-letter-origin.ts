import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

/** The message of a broker that brought a dead letter's event: key, value, headers and where it lay. */
export class DeadLetterOrigin1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letters add column origin json');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letters drop column origin');
  }
}

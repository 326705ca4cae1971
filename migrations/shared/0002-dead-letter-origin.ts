import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

/** The Kafka message of a dead letter: key, value, headers and position. */
export class DeadLetterOrigin1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letters add column origin json');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dead_letters drop column origin');
  }
}

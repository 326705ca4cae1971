import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

/** The previous index, which an operator may restore. */
export class EarlierIndex1764000000310 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table index_state add column previous_generation text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table index_state drop column previous_generation');
  }
}

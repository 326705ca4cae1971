import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

/** The versions of an item in their order: who changed it since it was published. */
export class VersionHistory1764000000210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index item_versions_item_idx on item_versions (item_id, version)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}

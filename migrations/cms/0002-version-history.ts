import type { MigrationInterface, QueryRunner } from '@mediamesh/postgres';

/** Index for listing the versions of an item, to find who changed it since its publication. */
export class VersionHistory1764000000210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index item_versions_item_idx on item_versions (item_id, version)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}

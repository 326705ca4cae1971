import type { MigrationClass } from '@mediamesh/postgres';

/** What discovery-service adds to its database, oldest first. */
export const discoveryMigrations: MigrationClass[] = [];

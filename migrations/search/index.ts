import type { MigrationClass } from '@mediamesh/postgres';

/** What search-service adds to its database, oldest first. */
export const searchMigrations: MigrationClass[] = [];

import type { MigrationClass } from '@mediamesh/postgres';

/** What auth-service adds to its database, oldest first. */
export const authMigrations: MigrationClass[] = [];

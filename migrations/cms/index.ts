import type { MigrationClass } from '@mediamesh/postgres';

/** What cms-service adds to its database, oldest first. */
export const cmsMigrations: MigrationClass[] = [];

import type { MigrationClass } from '@mediamesh/postgres';

/** What ingest-service adds to its database, oldest first. */
export const ingestMigrations: MigrationClass[] = [];

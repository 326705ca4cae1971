import type { MigrationClass } from '@mediamesh/postgres';

/** What metadata-service adds to its database, oldest first. */
export const metadataMigrations: MigrationClass[] = [];

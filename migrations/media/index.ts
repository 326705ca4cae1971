import type { MigrationClass } from '@mediamesh/postgres';

/** What media-service adds to its database, oldest first. */
export const mediaMigrations: MigrationClass[] = [];

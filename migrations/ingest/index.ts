import type { MigrationClass } from '@mediamesh/postgres';
import { Imports1764000000200 } from './0001-imports.js';

/** What ingest-service adds to its database, oldest first. */
export const ingestMigrations: MigrationClass[] = [Imports1764000000200];

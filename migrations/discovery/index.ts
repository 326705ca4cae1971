import type { MigrationClass } from '@mediamesh/postgres';
import { Catalogue1764000000600 } from './0001-catalogue.js';

/** What discovery-service adds to its database, oldest first. */
export const discoveryMigrations: MigrationClass[] = [Catalogue1764000000600];

import type { MigrationClass } from '@mediamesh/postgres';
import { Catalogue1764000000600 } from './0001-catalogue.js';

export const discoveryMigrations: MigrationClass[] = [Catalogue1764000000600];

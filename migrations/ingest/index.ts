import type { MigrationClass } from '@mediamesh/postgres';
import { Imports1764000000200 } from './0001-imports.js';

export const ingestMigrations: MigrationClass[] = [Imports1764000000200];

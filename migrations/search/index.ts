import type { MigrationClass } from '@mediamesh/postgres';
import { Rebuilds1764000000300 } from './0001-rebuilds.js';
import { EarlierIndex1764000000310 } from './0002-earlier-index.js';

export const searchMigrations: MigrationClass[] = [Rebuilds1764000000300, EarlierIndex1764000000310];

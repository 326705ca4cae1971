import type { MigrationClass } from '@mediamesh/postgres';
import { Items1764000000200 } from './0001-items.js';
import { VersionHistory1764000000210 } from './0002-version-history.js';

export const cmsMigrations: MigrationClass[] = [Items1764000000200, VersionHistory1764000000210];

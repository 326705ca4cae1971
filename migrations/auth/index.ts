import type { MigrationClass } from '@mediamesh/postgres';
import { Users1700000001001 } from './0001-users.js';

/** What auth-service adds to its database, oldest first. */
export const authMigrations: MigrationClass[] = [Users1700000001001];

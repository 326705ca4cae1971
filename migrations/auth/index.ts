import type { MigrationClass } from '@mediamesh/postgres';
import { Users1700000001001 } from './0001-users.js';

export const authMigrations: MigrationClass[] = [Users1700000001001];

import type { MigrationClass } from '@mediamesh/postgres';
import { Versions1764000000100 } from './0001-versions.js';

export const metadataMigrations: MigrationClass[] = [Versions1764000000100];

import type { MigrationClass } from '@mediamesh/postgres';
import { Assets1764000000001 } from './0001-assets.js';

export const mediaMigrations: MigrationClass[] = [Assets1764000000001];

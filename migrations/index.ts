import type { MigrationClass } from '@mediamesh/postgres';
import { authMigrations } from './auth/index.js';
import { cmsMigrations } from './cms/index.js';
import { discoveryMigrations } from './discovery/index.js';
import { ingestMigrations } from './ingest/index.js';
import { mediaMigrations } from './media/index.js';
import { metadataMigrations } from './metadata/index.js';
import { searchMigrations } from './search/index.js';
import { sharedMigrations } from './shared/index.js';

const own = {
  auth: authMigrations,
  cms: cmsMigrations,
  metadata: metadataMigrations,
  media: mediaMigrations,
  ingest: ingestMigrations,
  discovery: discoveryMigrations,
  search: searchMigrations,
} satisfies Record<string, MigrationClass[]>;

export type DatabaseService = keyof typeof own;
export const databaseServices = Object.keys(own) as DatabaseService[];

/** The shared migrations first, then the service's own; each list oldest first. */
export const migrationsOf = (service: DatabaseService): MigrationClass[] => [...sharedMigrations, ...own[service]];

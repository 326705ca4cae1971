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

/** A service with a database of its own. */
export type DatabaseService = keyof typeof own;
export const databaseServices = Object.keys(own) as DatabaseService[];

/** The tables every service has, then those of this one. */
export const migrationsOf = (service: DatabaseService): MigrationClass[] => [...sharedMigrations, ...own[service]];

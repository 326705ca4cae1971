export { Database, openDatabase } from './database.js';
export { isUnreachable, uniqueViolation } from './failures.js';
export { isMigrated, migrate } from './migrate.js';
export * from './orm.js';
export { execute, query } from './query.js';
export { RaceLost, retryRaces } from './races.js';
export { ensureServiceDatabase, serviceDatabaseName, serviceDatabaseUrl } from './service-database.js';
export { SideConnection } from './side-connection.js';

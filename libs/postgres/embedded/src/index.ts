export { EmbeddedPostgresError } from './embedded-postgres-error.js';
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { stopLeftOverPostgres, forgetEmbeddedPostgres } from './left-over.js';
export { withConnection, type Connection } from './connection.js';

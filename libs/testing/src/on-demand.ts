import type * as contractDocuments from './contract-documents.js';
import type * as databaseServer from './database-server.js';
import type * as emptyTables from './empty-table.js';
import type * as kafkaMessages from './kafka-messages.js';
import type * as testApp from './test-app.js';
import type * as testDatabase from './test-database.js';

// Loaded on first use, because each loads a framework, a driver or a client. That costs a suite about a second of
// processor time, and most suites need none of them.

export const startTestApp: typeof testApp.startTestApp = async (...all) =>
  (await import('./test-app.js')).startTestApp(...all);

export const createTestDatabase: typeof testDatabase.createTestDatabase = async (...all) =>
  (await import('./test-database.js')).createTestDatabase(...all);

export const startTestServer: typeof databaseServer.startTestServer = async () =>
  (await import('./database-server.js')).startTestServer();

export const askDatabase: typeof databaseServer.askDatabase = async (...all) =>
  (await import('./database-server.js')).askDatabase(...all);

export const emptyTable: typeof emptyTables.emptyTable = async (...all) =>
  (await import('./empty-table.js')).emptyTable(...all);

export const publishOnKafka: typeof kafkaMessages.publishOnKafka = async (...all) =>
  (await import('./kafka-messages.js')).publishOnKafka(...all);

export const describeContracts: typeof contractDocuments.describeContracts = async (...all) =>
  (await import('./contract-documents.js')).describeContracts(...all);

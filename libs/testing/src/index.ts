export {
  askDatabase,
  createTestDatabase,
  describeContracts,
  emptyTable,
  publishOnKafka,
  startTestApp,
  startTestServer,
} from './on-demand.js';
export type { TestDatabase, TestDatabaseOptions } from './test-database.js';
export { describeWithTestData, testData } from './test-data.js';
export { createProblemCheck } from './listed-problems.js';
export { lookAt } from './look-at.js';
export { takesLessThan, watchForPauses } from './takes-less-than.js';
export { type Answers, type Neighbour, stubNeighbour } from './neighbour.js';
export type { As, TestAnswer, TestApp, TestAppOptions, TestBody, TestRequest } from './test-app.js';
export { TestAuthority, type TestUser } from './test-authority.js';
export { describeWithCertificates, describeWithServer } from './infra.js';
export type { TestServer } from './environment.js';
export { type OwnServer, OwnServers } from './own-servers.js';
export { locateServer, OwnProcess, type ServerProgram } from './own-process.js';
export { makeCertificates, type OwnCertificates } from './own-certificates.js';
export type { TestServer as TestServerHandle } from './database-server.js';
export { isOnServers, readPaths, readRunName, readServerVariables } from './environment.js';
export { eventually } from './eventually.js';
export { freePorts } from './free-ports.js';
export { makeRunFolder } from './run-folder.js';
export { askSharedProgram } from './shared-program.js';

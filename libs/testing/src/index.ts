export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.js';
export { describeWithTestData, testData } from './test-data.js';
export { eventually } from './eventually.js';
export { freePorts } from './free-ports.js';
export { type Answers, type Neighbour, stubNeighbour } from './neighbour.js';
export { type As, startTestApp, type TestAnswer, type TestApp, type TestAppOptions, type TestBody, type TestRequest } from './test-app.js';
export { TestAuthority, type TestUser } from './test-authority.js';
export { readPaths } from './environment.js';

export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.js';
export { describeWithTestData, testData } from './test-data.js';
export { eventually } from './eventually.js';

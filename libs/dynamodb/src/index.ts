export * from './dynamodb.js';
export * from './dynamodb-options.js';
export * from './dynamodb-table.js';

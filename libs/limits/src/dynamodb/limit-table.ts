import { type DynamoDb, DynamoDbTable, type TableShape } from '@mediamesh/dynamodb';

/** One item for each key that is counted; DynamoDB removes those that allow everything again. */
export const limitTable = { name: 'limits', partitionKey: 'key', expiry: 'expires' } as const satisfies TableShape;

/**
 * The table of {@link DynamoDbLimitStore}, for the migration step. Without it limits are counted in memory, so it keeps
 * nobody from working.
 */
export const createLimitTable = (db: DynamoDb): DynamoDbTable => new DynamoDbTable(db, limitTable, { isInsured: true });

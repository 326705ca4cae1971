import { type DynamoDb, DynamoDbTable, type TableShape } from '@mediamesh/dynamodb';

/** One item per key. DynamoDB deletes expired items. */
export const limitTable = { name: 'limits', partitionKey: 'key', expiry: 'expires' } as const satisfies TableShape;

/** The table of {@link DynamoDbLimitStore}, for migration. Not required: without it limits are counted in memory. */
export const createLimitTable = (db: DynamoDb): DynamoDbTable => new DynamoDbTable(db, limitTable, { isInsured: true });

import { DynamoDb, type DynamoDbOptions } from '@mediamesh/dynamodb';

/** Deletes every item of a DynamoDB table without the knowledge of its users. */
export async function emptyTable(options: DynamoDbOptions, table: string): Promise<void> {
  const db = new DynamoDb({ ...options, requestMs: 30_000 });
  try {
    const TableName = db.tableName(table);
    const { Table } = await db.call((client, request) => client.describeTable({ TableName }, request));
    const keyOf = (item: Readonly<Record<string, { S?: string | undefined }>>): object =>
      Object.fromEntries(
        (Table?.KeySchema ?? []).map(({ AttributeName = '' }) => [AttributeName, item[AttributeName]?.S]),
      );
    for (;;) {
      const { Items = [], LastEvaluatedKey } = await db.call((client, request) =>
        client.scan({ TableName, ConsistentRead: true }, request),
      );
      await db.writeAll(table, { removals: Items.map((item) => keyOf(item as Record<string, { S?: string }>)) });
      if (!LastEvaluatedKey) return;
    }
  } finally {
    await db.close();
  }
}

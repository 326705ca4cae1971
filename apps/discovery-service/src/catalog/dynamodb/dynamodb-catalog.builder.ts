import { randomUUID } from 'node:crypto';
import type { PublicDocument, Tombstone } from '@mediamesh/contracts';
import { DynamoDb, type DynamoDbOptions } from '@mediamesh/dynamodb';
import { catalogTable, createCatalogTable, type Key } from './catalog-table.js';
import { DynamoDbCatalogStore } from './dynamodb-catalog-store.js';

/** A catalogue of a test's own; `close` removes its table. */
export interface TestCatalog {
  readonly db: DynamoDb;
  readonly store: DynamoDbCatalogStore;
  put(...documents: (PublicDocument | Tombstone)[]): Promise<void>;
  close(): Promise<void>;
}

const testOptions = (endpoint: string): DynamoDbOptions => ({
  endpoint,
  region: 'us-east-1',
  accessKeyId: 'local',
  secretAccessKey: 'local',
  tablePrefix: `test-${randomUUID()}-`,
  // the emulator writes to a disk, one write after the other
  requestMs: 30_000,
});

/** @param open Another client than the real one, for tests that interrupt it. */
export async function createTestCatalog(
  endpoint: string,
  open = (options: DynamoDbOptions) => new DynamoDb(options),
): Promise<TestCatalog> {
  const db = open(testOptions(endpoint));
  await createCatalogTable(db).prepare();
  const store = new DynamoDbCatalogStore(db);
  return {
    db,
    store,
    put: async (...documents) => {
      for (const document of documents) await store.put(document);
    },
    close: async () => {
      await db.call((client) => client.deleteTable({ TableName: db.tableName(catalogTable.name) }));
      await db.close();
    },
  };
}

/** Whatever the table holds of an item, for tests: a scan, which the catalogue itself never makes. */
export async function itemsAbout(db: DynamoDb, id: string, revision?: number): Promise<Key[]> {
  const found: { pk?: { S?: string }; sk?: { S?: string }; id?: { S?: string }; revision?: { N?: string } }[] = [];
  let from: Record<string, never> | undefined;
  do {
    const page = await db.call((client) =>
      client.scan({ TableName: db.tableName(catalogTable.name), ExclusiveStartKey: from, ConsistentRead: true }),
    );
    found.push(...((page.Items ?? []) as typeof found));
    from = page.LastEvaluatedKey as typeof from;
  } while (from);
  return found
    .filter(
      (item) =>
        (item.id?.S === id || item.pk?.S?.includes(id)) &&
        (revision === undefined || Number(item.revision?.N) === revision),
    )
    .map(({ pk, sk }) => ({ pk: pk?.S ?? '', sk: sk?.S ?? '' }));
}

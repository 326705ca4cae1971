import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { describeWithServer, lookAt } from '@mediamesh/testing';
import { DynamoDb } from './dynamodb.js';
import { DynamoDbTable, type TableShape } from './dynamodb-table.js';

describeWithServer('dynamodb', 'a table of DynamoDB', (endpoint) => {
  const db = new DynamoDb({
    endpoint,
    region: 'us-east-1',
    accessKeyId: 'local',
    secretAccessKey: 'local',
    tablePrefix: `test-${randomUUID()}-`,
    requestMs: 10_000,
  });
  const made = new Set<string>();
  let shape: TableShape;
  const tableOf = (changes: Partial<TableShape> = {}, client = db): DynamoDbTable =>
    new DynamoDbTable(client, { ...shape, ...changes });
  beforeEach(() => {
    shape = {
      name: `things-${made.size}`,
      partitionKey: 'pk',
      sortKey: 'sk',
      localIndexes: { newest: 'newest' },
      expiry: 'expires',
    };
    made.add(shape.name);
  });
  afterAll(async () => {
    for (const name of made)
      await db
        .call((client) => client.deleteTable({ TableName: db.tableName(name) }))
        .catch((error: Error) => expect(error.name).toBe('ResourceNotFoundException'));
    await db.close();
  });

  it('is missing until it is made, and then as it should be', async () => {
    expect(await lookAt(tableOf())).toEqual([
      { problem: `${tableOf().name} is missing`, remedy: 'npm run mesh -- migrate', blocks: true },
    ]);
    await tableOf().prepare();
    expect(await lookAt(tableOf())).toEqual([]);
    const { Table } = await db.call((client) => client.describeTable({ TableName: db.tableName(shape.name) }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      LocalSecondaryIndexes: [{ IndexName: 'newest', Projection: { ProjectionType: 'ALL' } }],
    });
  });

  it('is made once by many who make it at the same moment, and not touched by who makes it again', async () => {
    await Promise.all(Array.from({ length: 8 }, () => tableOf().prepare()));
    await db.writeAll(shape.name, { puts: [{ pk: 'kept', sk: 'kept' }] });
    await tableOf().prepare();
    expect(await db.get(shape.name, { pk: 'kept', sk: 'kept' })).toBeDefined();
    expect(await lookAt(tableOf())).toEqual([]);
  });

  it('reports an index that is missing, in the check and in the migration step', async () => {
    await tableOf({ localIndexes: {} }).prepare();
    expect(await lookAt(tableOf())).toMatchObject([
      {
        problem: expect.stringMatching(/older shape: it has no index newest$/),
        remedy: expect.stringContaining('DYNAMODB_TABLE_PREFIX'),
        blocks: true,
      },
    ]);
    await expect(tableOf().prepare()).rejects.toThrow('it has no index newest');
  });

  it('with another key is of an older shape', async () => {
    await tableOf({ sortKey: 'other' }).prepare();
    expect(await lookAt(tableOf())).toMatchObject([
      { problem: expect.stringContaining('its key is pk, other, not pk, sk'), blocks: true },
    ]);
  });

  it('that keeps items after their time is named, works meanwhile, and is mended by the migration step', async () => {
    const { expiry: _, ...eternal } = shape;
    await new DynamoDbTable(db, eternal).prepare();
    expect(await lookAt(tableOf())).toMatchObject([
      { problem: expect.stringContaining('keeps items after their time'), blocks: false },
    ]);
    await tableOf().prepare();
    expect(await lookAt(tableOf())).toEqual([]);
  });

  it('says where it was looked for when nobody is there', async () => {
    const lonely = new DynamoDb({ ...db.options, endpoint: 'http://127.0.0.1:1' });
    expect(await tableOf({}, lonely).check()).toMatchObject([
      { problem: expect.stringMatching(/on http:\/\/127\.0\.0\.1:1 cannot be asked: .*ECONNREFUSED/), blocks: true },
    ]);
    await lonely.close();
  });

  it('keeps nobody from working who can do without it, whatever is wrong with it', async () => {
    const insured = new DynamoDbTable(db, shape, { isInsured: true });
    expect(await lookAt(insured)).toEqual([
      { problem: `${insured.name} is missing`, remedy: 'npm run mesh -- migrate', blocks: false },
    ]);
    const lonely = new DynamoDb({ ...db.options, endpoint: 'http://127.0.0.1:1' });
    expect(await new DynamoDbTable(lonely, shape, { isInsured: true }).check()).toMatchObject([
      { problem: expect.stringContaining('ECONNREFUSED'), blocks: false },
    ]);
    await lonely.close();
  });
});

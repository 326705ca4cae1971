import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DynamoDb } from '@mediamesh/dynamodb';
import { describeWithServer } from '@mediamesh/testing';
import { describeLimitStore } from '../limit-store.contract.js';
import { DynamoDbLimitStore } from './dynamodb-limit-store.js';
import { createLimitTable, limitTable } from './limit-table.js';

describeWithServer('dynamodb', 'limits in DynamoDB', (endpoint) => {
  // the emulator writes to a disk, one write after the other: 500 at once take it seconds
  const open = () =>
    new DynamoDb({
      endpoint,
      region: 'us-east-1',
      accessKeyId: 'local',
      secretAccessKey: 'local',
      tablePrefix,
      requestMs: 30_000,
    });
  const tablePrefix = `test-${randomUUID()}-`;
  const world = { now: 1_800_000_000_000 };
  const pass = (milliseconds: number): Promise<void> => {
    world.now += milliseconds;
    return Promise.resolve();
  };
  const db = open();
  const store = new DynamoDbLimitStore(db, () => world.now);
  beforeAll(() => createLimitTable(db).prepare());
  afterAll(async () => {
    await db.call((client) => client.deleteTable({ TableName: db.tableName(limitTable.name) }));
    await db.close();
  });

  describeLimitStore('in DynamoDB', () => Promise.resolve({ store, pass }));

  describe('the limit store in DynamoDB', () => {
    const window = { kind: 'window', quota: 10, seconds: 60 } as const;
    const item = async () => {
      const { Items = [] } = await db.call((client) => client.scan({ TableName: db.tableName(limitTable.name) }));
      return Items;
    };

    it('lets two gateways have together what one may have alone', async () => {
      const other = new DynamoDbLimitStore(open(), () => world.now);
      const taken = await Promise.all(
        Array.from({ length: 30 }, (_, index) => (index % 2 ? store : other).take('shared', window)),
      );
      await other.close();
      expect(taken.filter(({ isAllowed }) => isAllowed)).toHaveLength(10);
      expect(
        taken
          .map(({ remaining }) => remaining)
          .sort((a, b) => b - a)
          .slice(0, 10),
      ).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    });

    it('counts exactly at a rate that no binary number can say', async () => {
      const third = { kind: 'bucket', perSecond: 3, burst: 10 } as const;
      const allowed = async (times: number) =>
        (await Promise.all(Array.from({ length: times }, () => store.take('thirds', third)))).filter(
          ({ isAllowed }) => isAllowed,
        ).length;
      expect(await allowed(20)).toBe(10);
      for (let second = 0; second < 5; second += 1) {
        await pass(1_000);
        expect(await allowed(10)).toBe(3);
      }
    });

    it('never allows more because one clock runs ahead', async () => {
      const ahead = new DynamoDbLimitStore(db, () => world.now + 90_000);
      for (let round = 0; round < 3; round += 1)
        await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 ? store : ahead).take('skewed', window)));
      expect((await ahead.take('skewed', window)).isAllowed).toBe(false);
      expect((await store.take('skewed', window)).isAllowed).toBe(false);
    });

    it('leaves no address of a person in the table, and a time after which each item goes', async () => {
      await store.take('cms-gateway:login:account:editor@example.org', window);
      const stored = await item();
      expect(JSON.stringify(stored)).not.toContain('example.org');
      for (const { expires, until } of stored) expect(Number(expires?.N) * 1000).toBeGreaterThan(Number(until?.N));
    });

    it('rejects at once with a refusal, naming no key, when nobody is there', async () => {
      const lonely = new DynamoDbLimitStore(
        new DynamoDb({ ...db.options, endpoint: 'http://127.0.0.1:1', requestMs: 2_000 }),
        () => world.now,
      );
      const failure = await lonely.take('a key of a person', window).catch((error: unknown) => error);
      expect(failure).toMatchObject({ kind: 'unavailable', options: { retryAfter: expect.any(Number) } });
      expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('person');
    });
  });
});

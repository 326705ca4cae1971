import type { DynamoDB, WriteRequest } from '@aws-sdk/client-dynamodb';
import type { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { currentContext } from '@mediamesh/observability';
import { backOff, remaining } from '@mediamesh/resilience';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDbOptions } from './dynamodb-options.js';
import { refuseFailure } from './failures.js';
import { quickRetries } from './quick-retries.js';

/** An item, or its key, as it was read. */
export type Item = Readonly<Record<string, unknown>>;

/** An item, or its key, to write: texts, numbers, booleans, null, bytes, lists, maps and sets. */
export type Fields = object;

/** The values that an expression names by `:name`. */
export type Values = Readonly<Record<string, unknown>>;

/** A query of the items with one partition key, in the order of the sort key of the table or of an index. */
export interface ItemQuery {
  readonly table: string;
  readonly index?: string | undefined;
  readonly where: string;
  /** Leaves out items that do not match. They still count towards `limit`, and cost as much. */
  readonly filter?: string | undefined;
  readonly values: Values;
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly limit?: number | undefined;
  readonly descending?: boolean | undefined;
}

/** A page of items. `last` is the key of the last item read; `undefined` when there are no more. */
export interface ItemsFound<T> {
  readonly items: T[];
  readonly last: Item | undefined;
}

/** An update of one item, made only if `condition` holds. */
export interface ItemUpdate {
  readonly table: string;
  readonly key: Fields;
  readonly update: string;
  readonly condition?: string | undefined;
  readonly values: Values;
  readonly names?: Readonly<Record<string, string>> | undefined;
}

/** The item after an update; where the condition did not hold, the item as it is. */
export type UpdateResult<T> =
  { readonly isDone: true; readonly item: T } | { readonly isDone: false; readonly item: T | undefined };

/** Default timeout of a request with its retries, in milliseconds: callers wait three seconds. */
const defaultTimeout = 2_000;
/** Unprocessed parts of a batch are sent again at most so many times in a row without progress. */
const mostIdleRounds = 5;
const mostRounds = 30;
const mostRead = 100;
const mostWritten = 25;

type Options = { readonly abortSignal: AbortSignal };
interface Opened {
  readonly client: DynamoDB;
  readonly marshall: typeof marshall;
  readonly unmarshall: typeof unmarshall;
}

/**
 * A client of DynamoDB with plain values and strongly consistent reads. A request with its two retries takes at most
 * `requestMs` (2 s by default), and never longer than its caller waits. Throttling, timeouts and a server that is away
 * become the refusal `unavailable` (503). The SDK is loaded at the first request, because it is large and most meshes
 * use none of it.
 */
export class DynamoDb {
  private opened: Promise<Opened> | undefined;

  private readonly timeout: number;

  constructor(readonly options: DynamoDbOptions) {
    this.timeout = options.requestMs ?? defaultTimeout;
  }

  /** The full name of a table. */
  tableName(table: string): string {
    return `${this.options.tablePrefix}${table}`;
  }

  /** Any other operation, with the same timeouts. Rejects with the SDK's own errors. */
  async call<T>(operation: (client: DynamoDB, options: Options) => Promise<T>): Promise<T> {
    const { client } = await this.open();
    return operation(client, {
      abortSignal: AbortSignal.timeout(remaining(currentContext()?.deadline, this.timeout)),
    });
  }

  async get<T>(table: string, key: Fields): Promise<T | undefined> {
    const { marshall: write, unmarshall: read } = await this.open();
    const { Item: found } = await this.send('GetItem', (client, options) =>
      client.getItem({ TableName: this.tableName(table), Key: write({ ...key }), ConsistentRead: true }, options),
    );
    return found && (read(found) as T);
  }

  async query<T>({ table, index, where, filter, values, names, limit, descending }: ItemQuery): Promise<ItemsFound<T>> {
    const { marshall: write, unmarshall: read } = await this.open();
    const { Items = [], LastEvaluatedKey } = await this.send('Query', (client, options) =>
      client.query(
        {
          TableName: this.tableName(table),
          IndexName: index,
          KeyConditionExpression: where,
          FilterExpression: filter,
          ExpressionAttributeValues: write(values),
          ExpressionAttributeNames: names,
          Limit: limit,
          ScanIndexForward: !descending,
          ConsistentRead: true,
        },
        options,
      ),
    );
    return { items: Items.map((item) => read(item) as T), last: LastEvaluatedKey && read(LastEvaluatedKey) };
  }

  /**
   * The items with these keys that exist, in any order. Keys must differ. Takes a request for each 100 keys, more
   * where items are large.
   */
  async readAll<T>(table: string, keys: readonly Fields[]): Promise<T[]> {
    const { marshall: write, unmarshall: read } = await this.open();
    const name = this.tableName(table);
    const batches = await Promise.all(
      inBatches(keys, mostRead).map(async (batch) => {
        const found: T[] = [];
        await this.insist(
          batch.map((key) => write({ ...key })),
          async (waiting) => {
            const { Responses, UnprocessedKeys } = await this.send('BatchGetItem', (client, options) =>
              client.batchGetItem({ RequestItems: { [name]: { Keys: waiting, ConsistentRead: true } } }, options),
            );
            found.push(...(Responses?.[name] ?? []).map((item) => read(item) as T));
            return UnprocessedKeys?.[name]?.Keys ?? [];
          },
        );
        return found;
      }),
    );
    return batches.flat();
  }

  /** Puts and removes items, without conditions or transaction: a failure leaves some done. Keys must differ. */
  async writeAll(
    table: string,
    { puts = [], removals = [] }: { puts?: readonly Fields[]; removals?: readonly Fields[] },
  ): Promise<void> {
    const { marshall: write } = await this.open();
    const name = this.tableName(table);
    const requests: WriteRequest[] = [
      ...puts.map((item) => ({ PutRequest: { Item: write({ ...item }, { removeUndefinedValues: true }) } })),
      ...removals.map((key) => ({ DeleteRequest: { Key: write({ ...key }) } })),
    ];
    for (const batch of inBatches(requests, mostWritten)) {
      await this.insist(batch, async (waiting) => {
        const { UnprocessedItems } = await this.send('BatchWriteItem', (client, options) =>
          client.batchWriteItem({ RequestItems: { [name]: waiting } }, options),
        );
        return UnprocessedItems?.[name] ?? [];
      });
    }
  }

  /** Updates one item; where the condition does not hold, answers the item as it is. */
  async update<T>(change: ItemUpdate): Promise<UpdateResult<T>> {
    const { unmarshall: read } = await this.open();
    const input = {
      ...(await this.toUpdate(change)),
      ReturnValues: 'ALL_NEW' as const,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
    try {
      const { Attributes = {} } = await this.send('UpdateItem', (client, options) => client.updateItem(input, options));
      return { isDone: true, item: read(Attributes) as T };
    } catch (error) {
      const { name, Item: instead } = error as { name?: string; Item?: Parameters<typeof unmarshall>[0] };
      if (name !== 'ConditionalCheckFailedException') throw error;
      return { isDone: false, item: instead && (read(instead) as T) };
    }
  }

  /**
   * Makes all updates in one transaction. Answers `false`, with nothing changed, when a condition does not hold or
   * another transaction holds one of the items.
   */
  async updateTogether(changes: readonly ItemUpdate[]): Promise<boolean> {
    const inputs = await Promise.all(changes.map((change) => this.toUpdate(change)));
    try {
      await this.call((client, options) =>
        client.transactWriteItems({ TransactItems: inputs.map((Update) => ({ Update })) }, options),
      );
      return true;
    } catch (error) {
      const { name, CancellationReasons = [] } = error as { name?: string; CancellationReasons?: { Code?: string }[] };
      if (name === 'TransactionCanceledException' && CancellationReasons.every(({ Code = 'None' }) => lost.has(Code)))
        return false;
      throw refuseFailure(error, 'TransactWriteItems');
    }
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    const opened = this.opened;
    this.opened = undefined;
    (await opened)?.client.destroy();
  }

  /** Sends unprocessed parts of a batch again, with backoff while there is no progress. */
  private async insist<T>(all: readonly T[], send: (waiting: T[]) => Promise<T[]>): Promise<void> {
    let waiting = [...all];
    for (let round = 1, idle = 0; waiting.length > 0; round += 1) {
      const left = await send(waiting);
      idle = left.length < waiting.length ? 0 : idle + 1;
      if (left.length > 0 && (idle >= mostIdleRounds || round >= mostRounds))
        throw refuseFailure(new Error('Part of a batch stayed unprocessed'), 'batch');
      if (idle > 0) await sleep(backOff(idle, 25, 400));
      waiting = left;
    }
  }

  private async send<T>(operation: string, request: (client: DynamoDB, options: Options) => Promise<T>): Promise<T> {
    try {
      return await this.call(request);
    } catch (error) {
      throw refuseFailure(error, operation);
    }
  }

  private async toUpdate({ table, key, update, condition, values, names }: ItemUpdate) {
    const { marshall: write } = await this.open();
    return {
      TableName: this.tableName(table),
      Key: write({ ...key }),
      UpdateExpression: update,
      ConditionExpression: condition,
      ExpressionAttributeValues: write(values, { removeUndefinedValues: true }),
      ExpressionAttributeNames: names,
    };
  }

  private open(): Promise<Opened> {
    return (this.opened ??= this.load());
  }

  private async load(): Promise<Opened> {
    const [sdk, values] = await Promise.all([import('@aws-sdk/client-dynamodb'), import('@aws-sdk/util-dynamodb')]);
    const { endpoint, region, accessKeyId, secretAccessKey } = this.options;
    const attemptTimeout = this.timeout / 2;
    const client = new sdk.DynamoDB({
      region,
      retryStrategy: quickRetries,
      requestHandler: {
        connectionTimeout: attemptTimeout,
        requestTimeout: attemptTimeout,
        throwOnRequestTimeout: true,
      },
      ...(endpoint && { endpoint }),
      ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } }),
    });
    return { client, marshall: values.marshall, unmarshall: values.unmarshall };
  }
}

/** Reasons of a cancelled transaction that are no error: a condition, or another writer. */
const lost = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict']);

const inBatches = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));

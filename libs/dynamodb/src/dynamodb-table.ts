import type { CreateTableCommandInput, DynamoDB, TableDescription } from '@aws-sdk/client-dynamodb';
import { type Resource, type ResourceProblem, within } from '@mediamesh/resilience';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDb } from './dynamodb.js';

/** The shape of a table. All keys are texts. */
export interface TableShape {
  /** Without the prefix. */
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /**
   * Local secondary indexes: name, and the attribute each is sorted by. They allow consistent reads, and can only be
   * made together with the table.
   */
  readonly localIndexes?: Readonly<Record<string, string>>;
  /** The attribute with the epoch seconds after which DynamoDB removes an item. */
  readonly expiry?: string;
}

/** Timeout of making a table, in milliseconds. */
const creationTimeout = 120_000;
/** Timeout of a check, in milliseconds. */
const checkTimeout = 1_800;

/** A table billed by request. `prepare` makes it where it is missing. */
export class DynamoDbTable implements Resource {
  readonly name: string;
  private readonly table: string;

  constructor(
    private readonly db: DynamoDb,
    private readonly shape: TableShape,
    /** `isInsured`: the app works without the table, so that its problems do not block. */
    private readonly options: { readonly isInsured?: boolean } = {},
  ) {
    this.table = db.tableName(shape.name);
    this.name = `table ${this.table} on ${db.options.endpoint ?? `DynamoDB in ${db.options.region}`}`;
  }

  async prepare(): Promise<void> {
    if (!(await this.describe())) await this.create();
    const table = await this.waitUntilActive();
    const [wrong] = this.compare(table);
    if (wrong) throw new Error(`${wrong.problem}; ${wrong.remedy}`);
    if (!(await this.expires())) await this.expire();
  }

  /** A table of another shape blocks too: lists read from a missing index would be empty. */
  async check(): Promise<readonly ResourceProblem[]> {
    const unreachable = (error: unknown): ResourceProblem[] => [
      {
        problem: `${this.name} cannot be asked: ${nameOf(error)}`,
        remedy: 'start DynamoDB, or correct DYNAMODB_ENDPOINT, DYNAMODB_REGION and the keys',
        blocks: true,
      },
    ];
    const problems = await within(checkTimeout, this.findProblems(), 'no answer in time').catch(unreachable);
    return this.options.isInsured ? problems.map((problem) => ({ ...problem, blocks: false })) : problems;
  }

  close(): Promise<void> {
    return this.db.close();
  }

  private async findProblems(): Promise<ResourceProblem[]> {
    const table = await this.describe();
    if (!table) return [{ problem: `${this.name} is missing`, remedy: 'npm run mesh -- migrate', blocks: true }];
    if (table.TableStatus !== 'ACTIVE' && table.TableStatus !== 'UPDATING') {
      return [
        {
          problem: `${this.name} is ${table.TableStatus?.toLowerCase() ?? 'in an unknown state'}`,
          remedy: 'wait until DynamoDB has made it, or npm run mesh -- migrate',
          blocks: true,
        },
      ];
    }
    const problems = this.compare(table);
    if (!(await this.expires()))
      problems.push({
        problem: `${this.name} keeps items after their time`,
        remedy: 'npm run mesh -- migrate',
        blocks: false,
      });
    return problems;
  }

  /** Keys and local indexes of a table cannot be changed, so the remedy is another table. */
  private compare({ KeySchema = [], LocalSecondaryIndexes = [] }: TableDescription): ResourceProblem[] {
    const remedy =
      'a table cannot be changed in this way: choose a new DYNAMODB_TABLE_PREFIX, run npm run mesh -- migrate, ' +
      'and for the catalogue npm run mesh -- announce';
    const wrong = (what: string): ResourceProblem => ({
      problem: `${this.name} is of an older shape: ${what}`,
      remedy,
      blocks: true,
    });
    const keys = (schema: { AttributeName?: string | undefined }[]): string =>
      schema.map(({ AttributeName }) => AttributeName).join(', ');
    const wanted = keys(this.keySchema());
    if (keys(KeySchema) !== wanted) return [wrong(`its key is ${keys(KeySchema)}, not ${wanted}`)];
    return Object.entries(this.shape.localIndexes ?? {}).flatMap(([index, attribute]) => {
      const found = LocalSecondaryIndexes.find(({ IndexName }) => IndexName === index);
      return found && keys(found.KeySchema ?? []) === keys(this.keySchema(attribute))
        ? []
        : [wrong(`it has no index ${index}`)];
    });
  }

  private async create(): Promise<void> {
    const { partitionKey, sortKey, localIndexes = {} } = this.shape;
    const attributes = [...new Set([partitionKey, ...(sortKey ? [sortKey] : []), ...Object.values(localIndexes)])];
    const indexes = Object.entries(localIndexes).map(([IndexName, attribute]) => ({
      IndexName,
      KeySchema: this.keySchema(attribute),
      Projection: { ProjectionType: 'ALL' as const },
    }));
    const input: CreateTableCommandInput = {
      TableName: this.table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: this.keySchema(),
      ...(indexes.length > 0 && { LocalSecondaryIndexes: indexes }),
    };
    await this.db.call((client, options) => client.createTable(input, options)).catch(unless('ResourceInUseException'));
  }

  private async expire(): Promise<void> {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: this.shape.expiry };
    try {
      await this.db.call((client, options) =>
        client.updateTimeToLive({ TableName: this.table, TimeToLiveSpecification }, options),
      );
    } catch (error) {
      // another process may have asked for it at the same time
      if (!(await this.expires())) throw error;
    }
  }

  private async expires(): Promise<boolean> {
    if (this.shape.expiry === undefined) return true;
    const { TimeToLiveDescription: now } = await this.db.call((client, options) =>
      client.describeTimeToLive({ TableName: this.table }, options),
    );
    return (
      now?.AttributeName === this.shape.expiry &&
      (now?.TimeToLiveStatus === 'ENABLED' || now?.TimeToLiveStatus === 'ENABLING')
    );
  }

  private async waitUntilActive(): Promise<TableDescription> {
    const end = Date.now() + creationTimeout;
    for (let pause = 50; ; pause = Math.min(pause * 2, 2_000)) {
      const table = await this.describe();
      if (table?.TableStatus === 'ACTIVE') return table;
      if (Date.now() > end)
        throw new Error(
          `${this.name} is still ${table?.TableStatus?.toLowerCase() ?? 'missing'} after ${creationTimeout / 1000} s`,
        );
      await sleep(pause);
    }
  }

  private async describe(): Promise<TableDescription | undefined> {
    const found = await this.db
      .call((client, options) => client.describeTable({ TableName: this.table }, options))
      .catch(unless<Awaited<ReturnType<DynamoDB['describeTable']>>>('ResourceNotFoundException'));
    return found?.Table;
  }

  private keySchema(sortKey = this.shape.sortKey) {
    return [
      { AttributeName: this.shape.partitionKey, KeyType: 'HASH' as const },
      ...(sortKey ? [{ AttributeName: sortKey, KeyType: 'RANGE' as const }] : []),
    ];
  }
}

const nameOf = (error: unknown): string =>
  error instanceof Error ? (error.message || error.name).slice(0, 200) : String(error);

/** Answers `undefined` for the error of this name; throws any other on. */
const unless =
  <T>(name: string) =>
  (error: unknown): T | undefined => {
    if (error instanceof Error && error.name === name) return undefined;
    throw error;
  };

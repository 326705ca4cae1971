/** How to connect to DynamoDB, and the prefix of this mesh's tables. */
export interface DynamoDbOptions {
  readonly region: string;
  /** Put before the name of every table. */
  readonly tablePrefix: string;
  /** The address of another server than that of AWS, such as a local one. */
  readonly endpoint?: string | undefined;
  /** Without both keys, the SDK takes those of the machine's role. */
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  /** Timeout of a request with its retries, in milliseconds; 2,000 by default. One attempt may take half of it. */
  readonly requestMs?: number;
}

/** The same options as environment variables (`dynamoShape` of libs/app). */
export interface DynamoDbConfig {
  readonly DYNAMODB_ENDPOINT?: string | undefined;
  readonly DYNAMODB_REGION: string;
  readonly DYNAMODB_TABLE_PREFIX: string;
  readonly DYNAMODB_ACCESS_KEY_ID?: string | undefined;
  readonly DYNAMODB_SECRET_ACCESS_KEY?: string | undefined;
}

export const dynamoDbOptions = (config: DynamoDbConfig): DynamoDbOptions => ({
  region: config.DYNAMODB_REGION,
  tablePrefix: config.DYNAMODB_TABLE_PREFIX,
  endpoint: config.DYNAMODB_ENDPOINT,
  accessKeyId: config.DYNAMODB_ACCESS_KEY_ID,
  secretAccessKey: config.DYNAMODB_SECRET_ACCESS_KEY,
});

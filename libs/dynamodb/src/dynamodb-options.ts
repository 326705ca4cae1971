/** How DynamoDB is reached and what this mesh's tables are called. */
export interface DynamoDbOptions {
  readonly region: string;
  /** Stands before the name of every table. */
  readonly tablePrefix: string;
  /** Another address than that of AWS, such as a local one. */
  readonly endpoint?: string | undefined;
  /** Without both keys those of the machine's own role are used. */
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  /** How long a request may take, repetitions included; 2,000 milliseconds unless given. Half of it is for one try. */
  readonly requestMs?: number;
}

/** The options as the environment names them (`dynamoShape` of libs/app). */
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

/**
 * Finds and removes what mesh tests leave on real servers: topics, groups, keys, indexes, buckets and tables. Their
 * names begin with the name of the run, whose timestamp distinguishes killed runs from running ones.
 */
import {
  DynamoDBClient,
  DeleteTableCommand,
  ListTablesCommand,
  type ListTablesCommandOutput,
} from '@aws-sdk/client-dynamodb';
import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import kafkajs from 'kafkajs';

/** Whether a name is to be found or removed. */
type IsOurs = (name: string) => boolean;
type Environment = Readonly<Record<string, string | undefined>>;

const HOUR_S = 3_600;
/** Seconds since 1970 in base 36, then random digits. */
const name = /^e2e-([0-9a-z]{6,7})-[0-9a-f]{4}/;

export const nameOfRun = (now = Date.now()): string =>
  `e2e-${Math.floor(now / 1000).toString(36)}-${Math.floor(Math.random() * 0x10000)
    .toString(16)
    .padStart(4, '0')}`;

/** Whether the name of a run is older than an hour. */
export function isAbandoned(text: string, now = Date.now()): boolean {
  const [, seconds] = name.exec(text) ?? [];
  return seconds !== undefined && now / 1000 - Number.parseInt(seconds, 36) > HOUR_S;
}

async function workOnKafka(brokers: string, isOurs: IsOurs, remove: boolean): Promise<string[]> {
  const admin = new kafkajs.Kafka({
    clientId: 'leftovers',
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 2 },
  }).admin();
  await admin.connect();
  try {
    const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter(isOurs);
    const topics = (await admin.listTopics()).filter(isOurs);
    // a killed member keeps its group for a moment, so the next run removes it
    if (remove && groups.length > 0)
      await admin.deleteGroups(groups).catch((error: Error) => {
        if (error.name !== 'KafkaJSDeleteGroupsError') throw error;
      });
    if (remove && topics.length > 0) await admin.deleteTopics({ topics });
    return [...groups.map((one) => `group ${one}`), ...topics.map((one) => `topic ${one}`)];
  } finally {
    await admin.disconnect();
  }
}

async function workOnRedis(url: string, isOurs: IsOurs, remove: boolean): Promise<string[]> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined); // the failing call rejects
  await redis.connect();
  try {
    const keys: string[] = [];
    for await (const some of redis.scanStream({ count: 1_000 }) as AsyncIterable<string[]>)
      keys.push(...some.filter(isOurs));
    for (let at = 0; remove && at < keys.length; at += 500) await redis.unlink(keys.slice(at, at + 500));
    return keys.map((one) => `key ${one}`);
  } finally {
    redis.disconnect();
  }
}

async function workOnOpenSearch(url: string, isOurs: IsOurs, remove: boolean): Promise<string[]> {
  const ask = async (method: string, path: string): Promise<unknown> => {
    const response = await fetch(new URL(path, url), { method, signal: AbortSignal.timeout(30_000) });
    if (!response.ok) throw new Error(`OpenSearch answers ${response.status} to ${method} ${path}`);
    return response.json();
  };
  const all = (await ask('GET', '/_cat/indices?format=json&h=index')) as readonly { readonly index: string }[];
  const indexes = all.map(({ index }) => index).filter(isOurs);
  for (let at = 0; remove && at < indexes.length; at += 20)
    await ask(
      'DELETE',
      `/${indexes
        .slice(at, at + 20)
        .map(encodeURIComponent)
        .join()}?ignore_unavailable=true`,
    );
  return indexes.map((one) => `index ${one}`);
}

async function emptyBucket(client: S3Client, Bucket: string): Promise<void> {
  for (let token: string | undefined; ;) {
    const { Contents = [], NextContinuationToken }: ListObjectsV2CommandOutput = await client.send(
      new ListObjectsV2Command({ Bucket, ContinuationToken: token }),
    );
    if (Contents.length > 0)
      await client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects: Contents.map(({ Key }) => ({ Key })), Quiet: true } }),
      );
    token = NextContinuationToken;
    if (token === undefined) break;
  }
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads)
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
}

async function workOnBuckets(
  endpoint: string,
  { TEST_S3_ACCESS_KEY_ID: accessKeyId = '', TEST_S3_SECRET_ACCESS_KEY: secretAccessKey = '' }: Environment,
  isOurs: IsOurs,
  remove: boolean,
): Promise<string[]> {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 2,
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    const buckets = ((await client.send(new ListBucketsCommand({}))).Buckets ?? [])
      .flatMap(({ Name }) => Name ?? [])
      .filter(isOurs);
    for (const Bucket of remove ? buckets : []) {
      await emptyBucket(client, Bucket);
      await client.send(new DeleteBucketCommand({ Bucket }));
    }
    return buckets.map((one) => `bucket ${one}`);
  } finally {
    client.destroy();
  }
}

async function workOnTables(endpoint: string, isOurs: IsOurs, remove: boolean): Promise<string[]> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 2,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const tables: string[] = [];
    for (let from: string | undefined; ;) {
      const { TableNames = [], LastEvaluatedTableName }: ListTablesCommandOutput = await client.send(
        new ListTablesCommand({ ExclusiveStartTableName: from }),
      );
      tables.push(...TableNames.filter(isOurs));
      from = LastEvaluatedTableName;
      if (from === undefined) break;
    }
    for (const TableName of remove ? tables : []) await client.send(new DeleteTableCommand({ TableName }));
    return tables.map((one) => `table ${one}`);
  } finally {
    client.destroy();
  }
}

/** A line for each resource, and for each server that could not be reached. */
export interface Leftovers {
  readonly found: readonly string[];
  readonly problems: readonly string[];
}

/** Searches the servers in the `TEST_…` variables, and removes what matches if `remove` is set. */
async function workOnServers(environment: Environment, isOurs: IsOurs, remove: boolean): Promise<Leftovers> {
  const servers = [
    ['Kafka', 'TEST_KAFKA_BROKERS', workOnKafka],
    ['Redis', 'TEST_REDIS_URL', workOnRedis],
    ['OpenSearch', 'TEST_OPENSEARCH_URL', workOnOpenSearch],
    [
      'S3',
      'TEST_S3_ENDPOINT',
      (endpoint: string, ours: IsOurs, removes: boolean) => workOnBuckets(endpoint, environment, ours, removes),
    ],
    ['DynamoDB', 'TEST_DYNAMODB_ENDPOINT', workOnTables],
  ] as const;
  const works = servers.map(async ([server, variable, work]): Promise<Leftovers> => {
    const address = environment[variable];
    try {
      return { found: address ? await work(address, isOurs, remove) : [], problems: [] };
    } catch (error) {
      return { found: [], problems: [`${server}: ${error instanceof Error ? error.message : String(error)}`] };
    }
  });
  const answers = await Promise.all(works);
  return {
    found: answers.flatMap(({ found }) => found),
    problems: answers.flatMap(({ problems }) => problems),
  };
}

export const listLeftovers = (environment: Environment, isOurs: IsOurs): Promise<Leftovers> =>
  workOnServers(environment, isOurs, false);
export const removeLeftovers = (environment: Environment, isOurs: IsOurs): Promise<Leftovers> =>
  workOnServers(environment, isOurs, true);

/**
 * What tests of the whole mesh leave on real servers: topics, groups, keys, indexes, buckets and tables, all of which
 * begin with the name of their mesh. Such a name tells when it was given, so that those of runs that were killed can be
 * told from those of runs that go on.
 */
import { DynamoDBClient, DeleteTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import kafkajs from 'kafkajs';

const HOUR_S = 3_600;
/** Seconds since 1970 in base 36, chance. */
const name = /^e2e-([0-9a-z]{6,7})-[0-9a-f]{4}/;

/** The name of a run of the tests that begins now. */
export const nameOfRun = (now = Date.now()) =>
  `e2e-${Math.floor(now / 1000).toString(36)}-${Math.floor(Math.random() * 0x10000)
    .toString(16)
    .padStart(4, '0')}`;

/** Whether something bears a name that is older than an hour. */
export function isAbandoned(text, now = Date.now()) {
  const [, seconds] = name.exec(text) ?? [];
  return seconds !== undefined && now / 1000 - Number.parseInt(seconds, 36) > HOUR_S;
}

async function workOnKafka(brokers, isOurs, remove) {
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
    // a member that was killed keeps its group for a moment longer: that one goes with the next run
    if (remove && groups.length > 0)
      await admin.deleteGroups(groups).catch((error) => {
        if (error.name !== 'KafkaJSDeleteGroupsError') throw error;
      });
    if (remove && topics.length > 0) await admin.deleteTopics({ topics });
    return [...groups.map((one) => `group ${one}`), ...topics.map((one) => `topic ${one}`)];
  } finally {
    await admin.disconnect();
  }
}

async function workOnRedis(url, isOurs, remove) {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined); // the call that fails says so
  await redis.connect();
  try {
    const keys = [];
    for await (const some of redis.scanStream({ count: 1_000 })) keys.push(...some.filter(isOurs));
    for (let at = 0; remove && at < keys.length; at += 500) await redis.unlink(keys.slice(at, at + 500));
    return keys.map((one) => `key ${one}`);
  } finally {
    redis.disconnect();
  }
}

async function workOnOpenSearch(url, isOurs, remove) {
  const ask = async (method, path) => {
    const response = await fetch(new URL(path, url), { method, signal: AbortSignal.timeout(30_000) });
    if (!response.ok) throw new Error(`OpenSearch answers ${response.status} to ${method} ${path}`);
    return response.json();
  };
  const indexes = (await ask('GET', '/_cat/indices?format=json&h=index')).map(({ index }) => index).filter(isOurs);
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

async function emptyBucket(client, Bucket) {
  for (let token; ;) {
    const { Contents = [], NextContinuationToken } = await client.send(
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

async function workOnBuckets({ endpoint, accessKeyId, secretAccessKey }, isOurs, remove) {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 2,
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    const buckets = ((await client.send(new ListBucketsCommand({}))).Buckets ?? [])
      .map(({ Name }) => Name)
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

async function workOnTables(endpoint, isOurs, remove) {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 2,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const tables = [];
    for (let from; ;) {
      const { TableNames = [], LastEvaluatedTableName } = await client.send(
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

/**
 * Looks through the servers that the `TEST_…` variables name for what `isOurs` says of its name, and removes it where
 * asked. Answers `{ found, problems }`: a line for each thing, and for each server that could not be asked.
 */
async function workOnServers(environment, isOurs, remove) {
  const {
    TEST_KAFKA_BROKERS: brokers,
    TEST_REDIS_URL: redis,
    TEST_OPENSEARCH_URL: opensearch,
    TEST_S3_ENDPOINT: endpoint,
    TEST_DYNAMODB_ENDPOINT: dynamodb,
  } = environment;
  const works = {
    Kafka: brokers && (() => workOnKafka(brokers, isOurs, remove)),
    Redis: redis && (() => workOnRedis(redis, isOurs, remove)),
    OpenSearch: opensearch && (() => workOnOpenSearch(opensearch, isOurs, remove)),
    S3:
      endpoint &&
      (() =>
        workOnBuckets(
          {
            endpoint,
            accessKeyId: environment.TEST_S3_ACCESS_KEY_ID,
            secretAccessKey: environment.TEST_S3_SECRET_ACCESS_KEY,
          },
          isOurs,
          remove,
        )),
    DynamoDB: dynamodb && (() => workOnTables(dynamodb, isOurs, remove)),
  };
  const asked = Object.entries(works).filter(([, work]) => work);
  const answers = await Promise.allSettled(asked.map(([, work]) => work()));
  return {
    found: answers.flatMap(({ value = [] }) => value),
    problems: answers.flatMap(({ reason }, index) =>
      reason === undefined ? [] : [`${asked[index][0]}: ${reason.message}`],
    ),
  };
}

export const listLeftovers = (environment, isOurs) => workOnServers(environment, isOurs, false);
export const removeLeftovers = (environment, isOurs) => workOnServers(environment, isOurs, true);

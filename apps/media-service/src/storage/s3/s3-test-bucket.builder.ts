import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { silentLogger } from '@mediamesh/observability';
import { S3Bucket } from './bucket.js';
import { createS3Client, type S3Options } from './client.js';

export interface TestBucket {
  readonly options: S3Options & {
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly client: S3Client;
  readonly listKeys: () => Promise<string[]>;
  /** Multipart uploads that are neither complete nor aborted. */
  readonly countUnfinished: () => Promise<number>;
  readonly empty: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** A new bucket on a real server, prepared like that of the mesh. */
export async function makeTestBucket(
  endpoint: string,
  accessKeyId: string,
  secretAccessKey: string,
): Promise<TestBucket> {
  const options = {
    endpoint,
    region: 'us-east-1',
    bucket: `mediamesh-test-${randomBytes(6).toString('hex')}`,
    pathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  };
  const Bucket = options.bucket;
  const client = createS3Client(options, endpoint);
  const bucket = new S3Bucket('test bucket', options, silentLogger);
  await bucket.prepare();
  await bucket.close();
  const listKeys = async () =>
    ((await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).flatMap(({ Key }) => Key ?? []);
  const listUnfinished = async () => (await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [];
  const empty = async () => {
    for (const Key of await listKeys()) await client.send(new DeleteObjectCommand({ Bucket, Key }));
    for (const { Key, UploadId } of await listUnfinished())
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  };
  return {
    options,
    client,
    listKeys,
    empty,
    countUnfinished: async () => (await listUnfinished()).length,
    remove: async () => {
      await empty();
      await client.send(new DeleteBucketCommand({ Bucket }));
      client.destroy();
    },
  };
}

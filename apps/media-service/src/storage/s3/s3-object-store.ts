import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { forbidden } from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';
import {
  type ByteRange,
  checkKey,
  isKey,
  type ListedObject,
  type ObjectHead,
  ObjectStore,
  type PutOptions,
  type ReadObject,
  type SignedRead,
  type SignedUpload,
  type UploadLink,
} from '../object-store.js';
import { ask, askFor, createS3Client, type S3Options } from './client.js';
import { presign } from './presign.js';
import { putObject } from './put-object.js';
import { readWhole } from './read-stream.js';
import { UploadLinks } from './upload-links.js';

export interface S3ObjectStoreOptions extends S3Options {
  readonly logger: Logger;
  /** Epoch milliseconds, used to sign links; the store verifies them by its own clock. */
  readonly clock?: () => number;
}

/**
 * Stores objects in a bucket of S3 or a compatible server. The bucket is private: clients read and write with signed
 * links only. They upload directly, files above 64 MiB also in parts. Several processes may share the bucket.
 *
 * Limits: no other program may use the bucket, because unknown objects are deleted; a versioned bucket keeps what is
 * deleted; links signed with the keys of a role end with their session.
 */
export class S3ObjectStore extends ObjectStore {
  private readonly client: S3Client;
  private readonly signer: S3Client;
  private readonly bucket: string;
  private readonly logger: Logger;
  private readonly clock: () => number;
  private readonly links: UploadLinks;

  constructor({ logger, clock = Date.now, ...options }: S3ObjectStoreOptions) {
    super();
    this.client = createS3Client(options, options.endpoint);
    this.signer = createS3Client(options, options.publicEndpoint ?? options.endpoint);
    this.bucket = options.bucket;
    this.logger = logger;
    this.clock = clock;
    this.links = new UploadLinks({ client: this.client, signer: this.signer, bucket: options.bucket, clock });
  }

  /** `modifiedAt` is the time of this process, because the store does not return it. */
  async put(key: string, source: AsyncIterable<Uint8Array>, options: PutOptions): Promise<ObjectHead> {
    const size = await putObject(
      { client: this.client, bucket: this.bucket, key: checkKey(key), logger: this.logger },
      source,
      options,
    );
    return { size, modifiedAt: new Date(this.clock()) };
  }

  async read(key: string, range?: ByteRange): Promise<ReadObject | undefined> {
    const command = new GetObjectCommand({
      ...this.at(key),
      ...(range && { Range: `bytes=${range.start}-${range.end}` }),
    });
    const answer = await askFor(['NoSuchKey', 'InvalidRange'], (options) => this.client.send(command, options));
    if (!answer) return undefined;
    const { Body, ContentLength = 0, ContentRange, LastModified = new Date(0) } = answer;
    const size = ContentRange === undefined ? ContentLength : Number(ContentRange.split('/').at(-1));
    return { size, modifiedAt: LastModified, stream: readWhole(Body as Readable, ContentLength) };
  }

  async head(key: string): Promise<ObjectHead | undefined> {
    const command = new HeadObjectCommand(this.at(key));
    const answer = await askFor(['NotFound'], (options) => this.client.send(command, options));
    if (answer) return { size: answer.ContentLength ?? 0, modifiedAt: answer.LastModified ?? new Date(0) };
    // a missing bucket answers HEAD like a missing object
    await this.expectBucket();
    return undefined;
  }

  async delete(key: string): Promise<void> {
    const command = new DeleteObjectCommand(this.at(key));
    await askFor(['NoSuchKey'], (options) => this.client.send(command, options));
  }

  /** Skips objects whose keys are not valid. */
  async *list(): AsyncIterable<ListedObject> {
    let ContinuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket: this.bucket, ContinuationToken });
      const page = await ask(async (options) => {
        const answer = await this.client.send(command, options);
        if (answer.IsTruncated === undefined) throw new Error('The answer is not a list of objects');
        return answer;
      });
      for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? [])
        if (isKey(Key)) yield { key: Key, size: Size, modifiedAt: LastModified };
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  async signUpload(upload: SignedUpload): Promise<UploadLink> {
    checkKey(upload.key);
    // signing makes no call, and no link is given out while the store is unavailable
    await this.expectBucket();
    return this.links.sign(upload);
  }

  /** Uploads go directly to the store. */
  verifyUpload(): never {
    throw forbidden('upload.refused');
  }

  async takeUpload({ key, size }: Pick<SignedUpload, 'key' | 'size'>): Promise<ListedObject | undefined> {
    const own = await this.links.take(checkKey(key), size);
    const head = await this.head(own);
    return head && { key: own, ...head };
  }

  async dropUpload(key: string): Promise<void> {
    await this.links.drop(checkKey(key));
  }

  async signRead(key: string, { type, disposition, expiresAt }: SignedRead): Promise<string> {
    const command = new GetObjectCommand({
      ...this.at(key),
      ResponseContentType: type,
      ResponseContentDisposition: disposition,
    });
    return presign(this.signer, command, { expiresAt, now: this.clock() });
  }

  private async expectBucket(): Promise<void> {
    await ask((options) => this.client.send(new HeadBucketCommand({ Bucket: this.bucket }), options));
  }

  private at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: checkKey(key) };
  }
}

import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  paginateListParts,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import type { SignedUpload, UploadLink, UploadPartLink } from '../object-store.js';
import { ask, askFor, slow } from './client.js';
import { presign } from './presign.js';

export interface UploadLinksOptions {
  readonly client: S3Client;
  /** Signs for the URL by which clients reach the store. */
  readonly signer: S3Client;
  readonly bucket: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** 64 MiB. Larger files may be uploaded in parts. */
export const partedAbove = 64 * 1024 ** 2;
/** 32 MiB, so that the largest file has 64 parts. */
export const partBytes = 32 * 1024 ** 2;

/** The key that a link for a whole file writes to. Only {@link UploadLinks.take} reads from it. */
const incomingKey = (key: string): string => `incoming/${key}`;
/** The key of a file uploaded in parts. Once it exists its links no longer work, so it needs no copy. */
const assembledKey = (key: string): string => `${key}/assembled`;

export interface SentPart {
  readonly etag: string;
  readonly partNumber: number;
  readonly size: number;
  /** Epoch milliseconds, with a resolution of seconds. */
  readonly sentAt: number;
}

/**
 * The last part of each number, in order. Some servers also list replaced parts. Of two parts sent within one second
 * the last is unknown, so neither counts and the part must be sent again.
 */
export function lastOfEach(parts: readonly SentPart[]): SentPart[] {
  const numbers = Map.groupBy(parts, ({ partNumber }) => partNumber);
  return [...numbers.keys()]
    .toSorted((one, other) => one - other)
    .flatMap((number) => {
      const sent = numbers.get(number) ?? [];
      const last = sent.filter(({ sentAt }) => sentAt === Math.max(...sent.map((each) => each.sentAt)));
      return new Set(last.map(({ etag }) => etag)).size === 1 ? last.slice(0, 1) : [];
    });
}

/** Direct uploads to the store. */
export class UploadLinks {
  constructor(private readonly options: UploadLinksOptions) {}

  /** The signature covers the method, key, type, number of bytes and, where it is known, the checksum. */
  async sign({ key, type, size, sha256, expiresAt }: SignedUpload): Promise<UploadLink> {
    const checksum = sha256 === undefined ? undefined : Buffer.from(sha256, 'hex').toString('base64');
    const url = await this.presign(
      new PutObjectCommand({
        ...this.at(incomingKey(key)),
        ContentType: type,
        ContentLength: size,
        ChecksumSHA256: checksum,
      }),
      expiresAt,
    );
    const headers = { 'content-type': type, ...(checksum !== undefined && { 'x-amz-checksum-sha256': checksum }) };
    return {
      method: 'PUT',
      url,
      headers,
      ...(size > partedAbove && { parts: await this.signParts(key, type, size, expiresAt) }),
    };
  }

  /**
   * Returns the key of the complete upload. A whole file is copied to a new key, because its link may write again;
   * parts are assembled once. Without a complete upload there is no object under the key.
   */
  async take(key: string, size: number): Promise<string> {
    return (await this.copy(key)) ?? (await this.assemble(key, size));
  }

  async drop(key: string): Promise<void> {
    const { client } = this.options;
    await ask((options) => client.send(new DeleteObjectCommand(this.at(incomingKey(key))), options));
    for (const UploadId of await this.findParted(key)) {
      await askFor(['NoSuchUpload'], (options) =>
        client.send(new AbortMultipartUploadCommand({ ...this.at(assembledKey(key)), UploadId }), options),
      );
    }
  }

  private async signParts(key: string, type: string, size: number, expiresAt: Date): Promise<UploadPartLink[]> {
    const object = this.at(assembledKey(key));
    const { UploadId } = await ask((options) =>
      this.options.client.send(new CreateMultipartUploadCommand({ ...object, ContentType: type }), options),
    );
    const parts = Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => ({
      partNumber: index + 1,
      size: Math.min(partBytes, size - index * partBytes),
    }));
    return Promise.all(
      parts.map(async ({ partNumber, size: ContentLength }) => {
        const url = await this.presign(
          new UploadPartCommand({ ...object, UploadId, PartNumber: partNumber, ContentLength }),
          expiresAt,
        );
        return { partNumber, url, size: ContentLength };
      }),
    );
  }

  /** HEAD first: it detects an outage quickly, while a copy has a long timeout. */
  private async copy(key: string): Promise<string | undefined> {
    const { client, bucket } = this.options;
    if (
      !(await askFor(['NotFound'], (options) => client.send(new HeadObjectCommand(this.at(incomingKey(key))), options)))
    )
      return undefined;
    const own = `${key}/${randomUUID()}`;
    const command = new CopyObjectCommand({ ...this.at(own), CopySource: `${bucket}/${incomingKey(key)}` });
    return (await askFor(['NoSuchKey'], (options) => client.send(command, options), slow)) && own;
  }

  private async assemble(key: string, size: number): Promise<string> {
    const object = this.at(assembledKey(key));
    for (const UploadId of await this.findParted(key)) {
      const parts = await this.listParts(assembledKey(key), UploadId);
      if (parts.reduce((sum, part) => sum + part.size, 0) !== size) continue;
      const Parts = parts.map(({ etag, partNumber }) => ({ ETag: etag, PartNumber: partNumber }));
      await askFor(
        ['NoSuchUpload'],
        (options) =>
          this.options.client.send(
            new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }),
            options,
          ),
        slow,
      );
    }
    return assembledKey(key);
  }

  /** Empty when another process completed the upload meanwhile. */
  private async listParts(key: string, UploadId: string): Promise<SentPart[]> {
    const pages = await askFor(['NoSuchUpload'], (options) =>
      Array.fromAsync(paginateListParts({ client: this.options.client }, { ...this.at(key), UploadId }, options)),
    );
    const parts = (pages ?? []).flatMap(({ Parts = [] }) => Parts);
    return lastOfEach(
      parts.map(({ ETag = '', PartNumber = 0, Size = 0, LastModified }) => ({
        etag: ETag,
        partNumber: PartNumber,
        size: Size,
        sentAt: Number(LastModified),
      })),
    );
  }

  private async findParted(key: string): Promise<string[]> {
    const command = new ListMultipartUploadsCommand({ Bucket: this.options.bucket, Prefix: assembledKey(key) });
    const { Uploads = [] } = await ask((options) => this.options.client.send(command, options));
    return Uploads.flatMap(({ Key, UploadId }) =>
      Key === assembledKey(key) && UploadId !== undefined ? [UploadId] : [],
    );
  }

  private presign(command: PutObjectCommand | UploadPartCommand, expiresAt: Date): Promise<string> {
    return presign(this.options.signer, command, { expiresAt, now: this.options.clock() });
  }

  private at(key: string): Pick<PutObjectCommandInput & UploadPartCommandInput, 'Bucket' | 'Key'> {
    return { Bucket: this.options.bucket, Key: key };
  }
}

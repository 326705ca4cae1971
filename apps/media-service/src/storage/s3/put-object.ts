import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Logger } from '@mediamesh/observability';
import { type PutOptions, WrongSize } from '../object-store.js';
import { ask, slow } from './client.js';

export interface PutTarget {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly logger: Logger;
}

/** The size of a part, held in memory. S3 allows 10,000 parts, and at least 5 MiB for all but the last. */
const partBytes = 8 * 1024 ** 2;

/**
 * Uploads a stream in bounded memory: with one request if it fits into a part, else as a multipart upload, so that the
 * object appears only when it is complete. Every request has a checksum. Returns the number of bytes.
 */
export async function putObject(
  target: PutTarget,
  source: AsyncIterable<Uint8Array>,
  { size, type }: PutOptions,
): Promise<number> {
  const parts = cut(source, size);
  try {
    const { value: first = { bytes: Buffer.alloc(0), isLast: true } } = await parts.next();
    if (!first.isLast) return await putParts(target, first, parts, type);
    await putWhole(target, first.bytes, type);
    return first.bytes.length;
  } finally {
    await parts.return(undefined);
  }
}

const putWhole = ({ client, bucket, key }: PutTarget, bytes: Buffer, type: string): Promise<unknown> =>
  ask(
    (options) =>
      client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: type, ChecksumAlgorithm: 'CRC32' }),
        options,
      ),
    slow,
  );

async function putParts(
  { client, bucket, key, logger }: PutTarget,
  first: Part,
  rest: AsyncIterable<Part>,
  type: string,
): Promise<number> {
  const object = { Bucket: bucket, Key: key };
  const { UploadId } = await ask((options) =>
    client.send(
      new CreateMultipartUploadCommand({ ...object, ContentType: type, ChecksumAlgorithm: 'CRC32' }),
      options,
    ),
  );
  const done: CompletedPart[] = [];
  let written = 0;
  const send = async ({ bytes }: Part): Promise<void> => {
    const PartNumber = done.length + 1;
    const command = new UploadPartCommand({ ...object, UploadId, PartNumber, Body: bytes, ChecksumAlgorithm: 'CRC32' });
    const { ETag, ChecksumCRC32 } = await ask((options) => client.send(command, options), slow);
    done.push({ PartNumber, ETag, ChecksumCRC32 });
    written += bytes.length;
  };
  try {
    await send(first);
    for await (const part of rest) await send(part);
    await ask(
      (options) =>
        client.send(
          new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts: done } }),
          options,
        ),
      slow,
    );
    return written;
  } catch (error) {
    await ask((options) => client.send(new AbortMultipartUploadCommand({ ...object, UploadId }), options)).catch(
      (failure: unknown) => {
        logger.warn('an unfinished upload could not be aborted; the rule of the bucket will', { key, error: failure });
      },
    );
    throw error;
  }
}

interface Part {
  /** Valid until the next part is read: all parts share one buffer. */
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/** Cuts the source into parts. Throws {@link WrongSize} for too many bytes, or before the last part for too few. */
async function* cut(source: AsyncIterable<Uint8Array>, size: number | undefined): AsyncGenerator<Part, undefined> {
  const part = Buffer.allocUnsafe(Math.min(partBytes, size ?? partBytes));
  let filled = 0;
  let received = 0;
  for await (const chunk of source) {
    received += chunk.length;
    if (size !== undefined && received > size) throw new WrongSize(size, received);
    for (let taken = 0; taken < chunk.length;) {
      if (filled === part.length) {
        yield { bytes: part, isLast: false };
        filled = 0;
      }
      const next = chunk.subarray(taken, taken + part.length - filled);
      part.set(next, filled);
      filled += next.length;
      taken += next.length;
    }
  }
  if (size !== undefined && received !== size) throw new WrongSize(size, received);
  yield { bytes: part.subarray(0, filled), isLast: true };
}

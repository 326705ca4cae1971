import { S3Client } from '@aws-sdk/client-s3';
import { Refusal, unavailable } from '@mediamesh/contracts';

export interface S3Options {
  /** Another address than that of AWS. */
  readonly endpoint?: string | undefined;
  /** The address that links point at, where people reach the store by another. */
  readonly publicEndpoint?: string | undefined;
  readonly region: string;
  readonly bucket: string;
  /** Whether the bucket is the first segment of the path rather than of the host's name. */
  readonly pathStyle: boolean;
  /** Those of the machine's own role without them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/**
 * Timeout of a short request, in milliseconds. With one retry, the caller learns within three seconds that the store is
 * away.
 */
export const quick = 2_500;
/** Timeout of a copy, of the completion of an upload, or of a part of 8 MiB, in milliseconds. */
export const slow = 60_000;

/** A client of the store at `endpoint`. It retries once; each call has a timeout of its own ({@link ask}). */
export function createS3Client({ region, pathStyle, credentials }: S3Options, endpoint: string | undefined): S3Client {
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    maxAttempts: 2,
    // The default signs the checksum of an empty body into links: no upload could match it.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    // A public file is read as slowly as its reader likes, so connections are held for long; `socketTimeout` would
    // count a slow reader as a dead store.
    requestHandler: {
      connectionTimeout: 1_000,
      socketTimeout: 0,
      httpAgent: { maxSockets: 500 },
      httpsAgent: { maxSockets: 500 },
    },
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials }),
  });
}

/** What is handed to `client.send` beside the command. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** Calls the store for at most `patience` milliseconds. Rejects with `unavailable` when it does not answer. */
export async function ask<T>(call: (options: CallOptions) => Promise<T>, patience: number = quick): Promise<T> {
  // not AbortSignal.timeout: it would also cut the bytes that are read after the answer
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), patience);
  try {
    return await call({ abortSignal: limit.signal });
  } catch (cause) {
    throw unavailable('request.unavailable', {
      cause: limit.signal.aborted
        ? new Error(`The object store did not answer within ${patience} ms`, { cause })
        : cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** The same; `undefined` when the store answers with one of these errors. */
export async function askFor<T>(
  names: readonly string[],
  call: (options: CallOptions) => Promise<T>,
  patience?: number,
): Promise<T | undefined> {
  try {
    return await ask(call, patience);
  } catch (error) {
    if (error instanceof Refusal && names.includes(nameOf(error.cause))) return undefined;
    throw error;
  }
}

/** The code of an error, of the store or of Node. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** The status of an error that the store answered. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

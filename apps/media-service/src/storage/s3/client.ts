import { S3Client } from '@aws-sdk/client-s3';
import { Refusal, unavailable } from '@mediamesh/contracts';

export interface S3Options {
  /** Only for another server than AWS. */
  readonly endpoint?: string | undefined;
  /** The endpoint in links, where clients reach the store by another URL. */
  readonly publicEndpoint?: string | undefined;
  readonly region: string;
  readonly bucket: string;
  /** Whether the bucket is the first segment of the path, not part of the host name. */
  readonly pathStyle: boolean;
  /** Without them the role of the machine is used. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** Timeout of a short request in milliseconds. With one retry, an outage is detected within three seconds. */
export const quick = 2_500;
/** Timeout of a copy, of completing an upload, or of a part of 8 MiB, in milliseconds. */
export const slow = 60_000;

/** A client for `endpoint`. It retries once; every call has its own timeout ({@link ask}). */
export function createS3Client({ region, pathStyle, credentials }: S3Options, endpoint: string | undefined): S3Client {
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    maxAttempts: 2,
    // the default signs the checksum of an empty body into links, which no upload could match
    requestChecksumCalculation: 'WHEN_REQUIRED',
    // A slow reader holds its connection for long, and `socketTimeout` would take it for an outage of the store.
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

export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** Calls the store with a timeout of `patience` milliseconds. Throws `unavailable` when the call fails. */
export async function ask<T>(call: (options: CallOptions) => Promise<T>, patience: number = quick): Promise<T> {
  // not AbortSignal.timeout: it would also abort reading the body later
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

/** Like {@link ask}, but `undefined` when the store answers with one of these errors. */
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

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

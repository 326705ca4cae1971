import { resolve } from 'node:path';
import { type ConfigOf, HttpUrl, Switch, together } from '@mediamesh/app';
import type { Logger } from '@mediamesh/observability';
import type { Resource } from '@mediamesh/resilience';
import { z } from 'zod';
import { FileObjectStore } from './storage/file-object-store.js';
import type { ObjectStore } from './storage/object-store.js';
import type { S3Options } from './storage/s3/client.js';

export const storeShape = {
  OBJECT_STORE: z
    .enum(['files', 's3'])
    .default('files')
    .describe('Where files are kept: a folder of one process, or a bucket that several share.'),
  MEDIA_FOLDER: z.string().default('.mesh/media').describe('Where the file store keeps its objects.'),
  S3_ENDPOINT: HttpUrl.optional().describe('Another address than that of AWS, such as a local one.'),
  S3_REGION: z.string().default('us-east-1'),
  S3_BUCKET: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      'must be a name of 3 to 63 lower-case letters, digits, dots and dashes',
    )
    .default('mediamesh')
    .describe('Private, and used by media-service alone.'),
  S3_ACCESS_KEY_ID: z.string().optional().describe("Without both keys those of the machine's own role are used."),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  S3_PATH_STYLE: Switch.default(false).describe(
    'Whether the bucket is part of the path; most servers but AWS want it so.',
  ),
  S3_PUBLIC_ENDPOINT: HttpUrl.optional().describe(
    'What presigned links point at, where people reach the store by another address than S3_ENDPOINT.',
  ),
};

export const storeNeeds = together('S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY');

type StoreConfig = ConfigOf<typeof storeShape>;

export interface StoreOptions {
  /** Signs upload links to the CMS gateway, for a store without direct uploads. */
  readonly secret: string;
  readonly uploadUrl: string;
  readonly logger: Logger;
}

/** Opens the configured store. The S3 SDK (37 MB) is loaded only when it is used. */
export async function openStore(
  config: StoreConfig,
  { logger, secret, uploadUrl }: StoreOptions,
): Promise<ObjectStore> {
  if (config.OBJECT_STORE === 'files')
    return FileObjectStore.open({ folder: resolve(config.MEDIA_FOLDER), secret, uploadUrl });
  const { S3ObjectStore } = await import('./storage/s3/s3-object-store.js');
  return new S3ObjectStore({ ...readS3Options(config), logger });
}

export function storeResources(config: StoreConfig, logger: Logger): Resource[] {
  if (config.OBJECT_STORE === 'files') return [];
  const options = readS3Options(config);
  const name = `bucket ${options.bucket} on ${options.endpoint ?? 'AWS'}`;
  const open = async () => new (await import('./storage/s3/bucket.js')).S3Bucket(name, options, logger);
  let opened: ReturnType<typeof open> | undefined;
  const bucket = () => (opened ??= open());
  return [
    {
      name,
      prepare: async () => (await bucket()).prepare(),
      check: async () => (await bucket()).check(),
      close: async () => opened && (await opened).close(),
    },
  ];
}

function readS3Options(config: StoreConfig): S3Options {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = config;
  return {
    endpoint: config.S3_ENDPOINT,
    publicEndpoint: config.S3_PUBLIC_ENDPOINT,
    region: config.S3_REGION,
    bucket: config.S3_BUCKET,
    pathStyle: config.S3_PATH_STYLE,
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
  };
}

import { z } from 'zod';
import { byLanguage, Id, line, text } from '../kernel/fields.js';
import { pageOf, pageQuery } from '../kernel/page.js';

export const mediaTypes = ['image/jpeg', 'image/png', 'image/webp', 'audio/mpeg', 'audio/mp4', 'video/mp4'] as const;
export const MediaType = z.enum(mediaTypes);
export type MediaType = z.output<typeof MediaType>;

/** `declared`: waits for the bytes. `ready`: checked and usable. `rejected`: the bytes differ from the declaration. */
export const AssetStatus = z.enum(['declared', 'ready', 'rejected']);

/** 2 GiB. */
const maximumAssetBytes = 2 * 1024 ** 3;

export const DeclareAsset = z
  .strictObject({
    fileName: text(255, 1),
    /** Another type is refused with `asset.type_not_allowed`. */
    type: z.string().max(100),
    /** In bytes. */
    size: z.int().min(1).max(maximumAssetBytes),
    /** Lower-case hexadecimal. */
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    /** Alternative text by language, for pictures. */
    alt: byLanguage(line(500)).optional(),
  })
  .meta({ id: 'DeclareAsset' });
export type DeclareAsset = z.output<typeof DeclareAsset>;

export const Asset = z
  .object({
    id: z.string(),
    fileName: z.string(),
    type: MediaType,
    size: z.int(),
    sha256: z.string().nullable(),
    status: AssetStatus,
    /** The error code of a rejection. */
    reason: z.string().nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    durationSeconds: z.int().nullable(),
    alt: z.record(z.string(), z.string()),
    /** `<id>/<file>` below the media base URL; `null` until ready. */
    path: z.string().nullable(),
    version: z.int(),
    createdAt: z.string(),
    updatedAt: z.string(),
    createdBy: z.string().nullable(),
  })
  .meta({ id: 'Asset' });
export type Asset = z.output<typeof Asset>;

/**
 * Send the bytes with `method` to `url` with `headers`, before `expiresAt`. If there are `parts`, each may be sent
 * instead with `PUT` to its own `url` without `headers`: `size` bytes each, in any order, in parallel, with retries.
 * Completing the asset joins them.
 */
const UploadTarget = z.object({
  method: z.literal('PUT'),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  parts: z.array(z.object({ partNumber: z.int(), url: z.string(), size: z.int() })).optional(),
  expiresAt: z.string(),
});
export const DeclaredAsset = Asset.extend({ upload: UploadTarget }).meta({ id: 'DeclaredAsset' });
export type DeclaredAsset = z.output<typeof DeclaredAsset>;

export const AssetQuery = z.strictObject({ ...pageQuery, status: AssetStatus.optional() });
export const AssetPage = pageOf(Asset).meta({ id: 'AssetPage' });

/** The owner is a program or an episode. Idempotent. */
export const ClaimAssets = z.strictObject({ ownerId: Id, assetIds: z.array(Id).min(1).max(500) });

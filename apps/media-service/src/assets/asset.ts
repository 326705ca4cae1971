import {
  type Asset,
  conflict,
  type DeclareAsset,
  type ErrorCode,
  type FieldError,
  invalid,
  isErrorCode,
  type MediaType,
  mediaTypes,
  type PublicFile,
  Refusal,
} from '@mediamesh/contracts';
import type { Inspection } from '../inspection/inspect.js';
import { addressName, cleanFileName } from './file-name.js';

/** An asset with the fields that only this service sees. */
export interface StoredAsset extends Asset {
  /** The key of its bytes; `null` before the upload and after a rejection. */
  readonly objectKey: string | null;
  /** SHA-256 of the bytes under `objectKey`, in lower-case hexadecimal. */
  readonly uploadedSha256: string | null;
}

export type Verdict =
  | { readonly status: 'ready'; readonly inspected: Inspection }
  | { readonly status: 'rejected'; readonly reason: ErrorCode };

/** How long an upload may be started with its link, in milliseconds. The upload itself may take longer. */
export const uploadLinkLife = 6 * 3_600_000;
/** The age at which an incomplete asset expires, in milliseconds. */
export const declaredLife = 24 * 3_600_000;
/** 64 MiB. A picture is searched in full before it is accepted. */
export const maximumPictureBytes = 64 * 1024 ** 2;

const isMediaType = (type: string): type is MediaType => (mediaTypes as readonly string[]).includes(type);
export const isPicture = (type: string): boolean => type.startsWith('image/');

/** A new asset. 422 for a type that is not accepted and for a picture that is too large. */
export function declareAsset(
  { fileName, type, size, sha256, alt }: DeclareAsset,
  { id, createdBy, now }: { id: string; createdBy: string | null; now: Date },
): StoredAsset {
  const plainType = readMediaType(type);
  if (!plainType) throw invalid({ pointer: '/type', code: 'asset.type_not_allowed' });
  if (isPicture(plainType) && size > maximumPictureBytes)
    throw invalid({ pointer: '/size', code: 'field.too_big', values: { maximum: maximumPictureBytes } });
  return {
    id,
    fileName: cleanFileName(fileName),
    type: plainType,
    size,
    sha256: sha256 ?? null,
    status: 'declared',
    reason: null,
    width: null,
    height: null,
    durationSeconds: null,
    alt: { ...alt },
    path: null,
    version: 1,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
    createdBy,
    objectKey: null,
    uploadedSha256: null,
  };
}

/** The accepted type in a `Content-Type`, whose parameters are ignored. */
export function readMediaType(contentType: string | undefined): MediaType | undefined {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const known = type === 'image/jpg' ? 'image/jpeg' : type;
  return isMediaType(known) ? known : undefined;
}

/** Whether the bytes match the declaration. */
export function judge(
  asset: Pick<StoredAsset, 'type' | 'size' | 'sha256' | 'uploadedSha256'>,
  actualSize: number,
  inspected: Inspection,
): Verdict {
  if (actualSize !== asset.size) return { status: 'rejected', reason: 'asset.size_mismatch' };
  if (asset.sha256 !== null && asset.sha256 !== asset.uploadedSha256)
    return { status: 'rejected', reason: 'asset.checksum_mismatch' };
  if (inspected.type !== asset.type) return { status: 'rejected', reason: 'asset.type_mismatch' };
  return { status: 'ready', inspected };
}

/** The path below the media base URL. It can be cached for ever, because an asset's bytes never change. */
export const pathOf = ({ id, fileName, type }: Pick<Asset, 'id' | 'fileName' | 'type'>): string =>
  `${id}/${addressName(fileName, type)}`;

/** The field of the declaration that a rejection contradicts. */
const pointers: Partial<Record<ErrorCode, string>> = {
  'asset.type_mismatch': '/type',
  'asset.size_mismatch': '/size',
  'asset.checksum_mismatch': '/sha256',
};

/** 422 with the reason for the rejection. */
export function rejection(reason: string | null): Refusal {
  const code: ErrorCode = isErrorCode(reason) ? reason : 'asset.rejected';
  const error: FieldError = { pointer: pointers[code] ?? '', code };
  return new Refusal('invalid', code, { errors: [error] });
}

/** 409 unless the asset still waits for its bytes. */
export function refuseUnlessDeclared({ status }: Pick<Asset, 'status'>): void {
  if (status === 'ready') throw conflict('asset.already_complete');
  if (status === 'rejected') throw conflict('asset.rejected');
}

export function toAsset({ objectKey: _, uploadedSha256: __, ...asset }: StoredAsset): Asset {
  return asset;
}

/** A ready asset as carried by events and public documents. */
export function toPublicFile(asset: Asset): PublicFile {
  const { id, path, type, size, width, height, durationSeconds, alt } = asset;
  if (path === null) throw new Error(`asset ${id} is not ready`);
  return {
    assetId: id,
    path,
    type,
    length: size,
    ...(width !== null && { width }),
    ...(height !== null && { height }),
    ...(durationSeconds !== null && { durationSeconds }),
    ...(Object.keys(alt).length > 0 && { alt }),
  };
}

import { z } from 'zod';
import { defineApi } from '../kernel/endpoint.js';
import { Id, WebUrl } from '../kernel/fields.js';
import { editors } from '../kernel/roles.js';
import { Asset, AssetPage, AssetQuery, ClaimAssets, DeclareAsset, DeclaredAsset, mediaTypes } from './asset.js';
import { mediaServiceExamples } from './media-service.examples.js';

const byId = z.object({ id: Id });

const noAsset = { notFound: ['asset.not_found'] } as const;
const rejections = [
  'asset.damaged',
  'asset.too_many_pixels',
  'asset.type_mismatch',
  'asset.size_mismatch',
  'asset.checksum_mismatch',
  'asset.not_uploaded',
  'asset.rejected',
] as const;

export const mediaServiceApi = defineApi('media-service', '/internal/v1', mediaServiceExamples, {
  listAssets: {
    method: 'GET',
    path: '/assets',
    summary: 'List assets',
    tag: 'Assets',
    errors: { inAnswer: rejections },
    query: AssetQuery,
    returns: AssetPage,
    roles: editors,
  },
  declareAsset: {
    method: 'POST',
    path: '/assets',
    summary: 'Declare a file and get where to upload it',
    tag: 'Assets',
    errors: { fields: ['asset.type_not_allowed'] },
    body: DeclareAsset,
    returns: DeclaredAsset,
    status: 201,
    location: '/assets/:id',
    roles: editors,
    etag: true,
  },
  getAsset: {
    method: 'GET',
    path: '/assets/:id',
    summary: 'Read an asset',
    tag: 'Assets',
    errors: { ...noAsset, inAnswer: rejections },
    params: byId,
    returns: Asset,
    roles: editors,
    etag: true,
  },
  completeAsset: {
    method: 'POST',
    path: '/assets/:id/complete',
    summary: 'Check the uploaded bytes and make the asset ready',
    tag: 'Assets',
    errors: { ...noAsset, conflict: ['asset.not_uploaded'], invalid: rejections, unavailable: ['request.busy'] },
    params: byId,
    returns: Asset,
    status: 200,
    roles: editors,
    etag: true,
  },
  upload: {
    method: 'PUT',
    path: '/uploads/:signed',
    summary: 'Upload the bytes of a declared asset',
    tag: 'Assets',
    errors: {
      ...noAsset,
      forbidden: ['upload.refused'],
      conflict: ['asset.already_complete', 'asset.rejected'],
      unsupportedMediaType: ['request.unsupported_media_type'],
      invalid: ['asset.size_mismatch'],
    },
    params: z.object({ signed: z.string().min(1).max(2000) }),
    roles: ['PUBLIC'],
    open: true,
    bytes: 'in',
    mediaTypes,
  },
  readFile: {
    method: 'GET',
    path: '/files/:assetId/:file',
    summary: 'The bytes of an asset that is public (ranges, HEAD)',
    tag: 'Files',
    errors: { notFound: ['file.not_found'] },
    params: z.object({ assetId: Id, file: z.string().min(1).max(200) }),
    roles: ['PUBLIC'],
    bytes: 'out',
    mediaTypes,
  },

  readAssets: {
    method: 'POST',
    path: '/assets/read',
    summary: 'Read assets by id; unknown ids are left out',
    tag: 'Assets',
    errors: { inAnswer: rejections },
    safe: true,
    body: z.strictObject({ ids: z.array(Id).min(1).max(500) }),
    returns: z.object({ assets: z.array(Asset) }),
    roles: [...editors, 'SERVICE'],
  },
  claimAssets: {
    method: 'PUT',
    path: '/claims',
    summary: 'Claim assets for an owner; unknown ones are refused',
    tag: 'Assets',
    errors: { fields: ['asset.not_found'] },
    body: ClaimAssets,
    returns: z.object({ assets: z.array(Asset) }),
    roles: [...editors, 'SERVICE'],
  },
  /** Only ingest-service fetches foreign URLs, so it sends the bytes. The same `sourceUrl` gives the same asset. */
  importImage: {
    method: 'POST',
    path: '/images',
    summary: 'Keep a picture fetched from a feed',
    tag: 'Assets',
    errors: {
      fields: ['asset.type_not_allowed'],
      invalid: ['asset.damaged', 'asset.too_many_pixels', 'asset.type_mismatch', 'asset.size_mismatch'],
    },
    query: z.strictObject({ sourceUrl: WebUrl }),
    returns: Asset,
    status: 200,
    idempotent: true,
    roles: ['SERVICE'],
    bytes: 'in',
    mediaTypes: mediaTypes.filter((type) => type.startsWith('image/')),
  },
});

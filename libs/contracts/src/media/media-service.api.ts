import { z } from 'zod';
import { defineApi } from '../kernel/endpoint.js';
import { Id, WebUrl } from '../kernel/fields.js';
import { editors } from '../kernel/roles.js';
import { Asset, AssetPage, AssetQuery, ClaimAssets, DeclareAsset, DeclaredAsset } from './asset.js';

const byId = z.object({ id: Id });

export const mediaServiceApi = defineApi('media-service', '/internal/v1', {
  listAssets: {
    method: 'GET',
    path: '/assets',
    summary: 'List assets',
    query: AssetQuery,
    returns: AssetPage,
    roles: editors,
  },
  declareAsset: {
    method: 'POST',
    path: '/assets',
    summary: 'Declare a file and get where to upload it',
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
    params: byId,
    returns: Asset,
    roles: editors,
    etag: true,
  },
  completeAsset: {
    method: 'POST',
    path: '/assets/:id/complete',
    summary: 'Check the uploaded bytes and make the asset ready',
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
    params: z.object({ signed: z.string().min(1).max(2000) }),
    roles: ['PUBLIC'],
    open: true,
    bytes: 'in',
  },
  readFile: {
    method: 'GET',
    path: '/files/:assetId/:file',
    summary: 'The bytes of an asset that is public (ranges, HEAD)',
    params: z.object({ assetId: Id, file: z.string().min(1).max(200) }),
    roles: ['PUBLIC'],
    bytes: 'out',
  },

  readAssets: {
    method: 'POST',
    path: '/assets/read',
    summary: 'Read assets by id; unknown ids are left out',
    safe: true,
    body: z.strictObject({ ids: z.array(Id).min(1).max(500) }),
    returns: z.object({ assets: z.array(Asset) }),
    roles: [...editors, 'SERVICE'],
  },
  claimAssets: {
    method: 'PUT',
    path: '/claims',
    summary: 'Claim assets for an owner; unknown ones are refused',
    body: ClaimAssets,
    returns: z.object({ assets: z.array(Asset) }),
    roles: [...editors, 'SERVICE'],
  },
  /**
   * Ingest's images: the bytes come from ingest-service, which alone fetches foreign addresses. The same source address
   * gives the same asset.
   */
  importImage: {
    method: 'POST',
    path: '/images',
    summary: 'Keep a picture fetched from a feed',
    query: z.strictObject({ sourceUrl: WebUrl }),
    returns: Asset,
    status: 200,
    idempotent: true,
    roles: ['SERVICE'],
    bytes: 'in',
  },
});

import type { z } from 'zod';
import { at, ids, pageWith, texts } from '../kernel/world.examples.js';
import type { Asset, DeclareAsset, DeclaredAsset } from './asset.js';

const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const declaration: z.input<typeof DeclareAsset> = {
  fileName: 'غلاف.jpg',
  type: 'image/jpeg',
  size: 184_320,
  sha256,
  alt: texts.alt,
};
const declared: Asset = {
  id: ids.cover,
  fileName: 'غلاف.jpg',
  type: 'image/jpeg',
  size: 184_320,
  sha256,
  status: 'declared',
  reason: null,
  width: null,
  height: null,
  durationSeconds: null,
  alt: texts.alt,
  path: null,
  version: 1,
  createdAt: at.uploaded,
  updatedAt: at.uploaded,
  createdBy: ids.editor,
};
export const readyCover: Asset = {
  ...declared,
  status: 'ready',
  width: 1400,
  height: 1400,
  path: `${ids.cover}/cover.jpg`,
  version: 2,
};
const upload: DeclaredAsset['upload'] = {
  method: 'PUT',
  url: '/api/v1/media/uploads/eyJrZXkiOiIwMTk5ZDJjNCJ9.c2lnbmF0dXJl',
  headers: { 'content-type': 'image/jpeg' },
  expiresAt: at.imported,
};
const cover = { params: { id: ids.cover } };

export const mediaServiceExamples = {
  listAssets: { Ready: { query: { status: 'ready' }, answer: pageWith(readyCover) } },
  declareAsset: {
    'A cover, described in both languages': { body: declaration, answer: { ...declared, upload } },
    Audio: {
      body: { fileName: 'episode-1.mp3', type: 'audio/mpeg', size: 28_311_552 },
      answer: {
        ...declared,
        id: ids.audio,
        fileName: 'episode-1.mp3',
        type: 'audio/mpeg',
        size: 28_311_552,
        sha256: null,
        alt: {},
        upload: { ...upload, headers: { 'content-type': 'audio/mpeg' } },
      },
    },
  },
  getAsset: { 'A cover': { ...cover, answer: readyCover } },
  completeAsset: { 'A cover': { ...cover, answer: readyCover } },
  upload: { 'The link of the declaration': { params: { signed: 'eyJrZXkiOiIwMTk5ZDJjNCJ9.c2lnbmF0dXJl' } } },
  readFile: {
    Audio: { params: { assetId: ids.audio, file: 'episode-1.mp3' } },
    غلاف: { params: { assetId: ids.cover, file: 'cover.jpg' } },
  },
  readAssets: { 'One of two': { body: { ids: [ids.cover, ids.audio] }, answer: { assets: [readyCover] } } },
  claimAssets: {
    'For a program': { body: { ownerId: ids.program, assetIds: [ids.cover] }, answer: { assets: [readyCover] } },
  },
  importImage: {
    'The cover of a feed': {
      query: { sourceUrl: 'https://example.org/covers/coffee-cup.jpg' },
      answer: { ...readyCover, createdBy: null },
    },
  },
} as const;

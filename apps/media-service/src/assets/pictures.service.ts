import { randomUUIDv7 } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { unescape } from 'node:querystring';
import type { Readable } from 'node:stream';
import { type Asset, assetReady, invalid } from '@mediamesh/contracts';
import { Outbox } from '@mediamesh/outbox';
import { Database } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import type { Inspection } from '../inspection/inspect.js';
import { UnfitContent } from '../inspection/unfit-content.js';
import { AssetFiles, type KeptBytes } from './asset-files.js';
import {
  isPicture,
  maximumPictureBytes,
  pathOf,
  readMediaType,
  rejection,
  type StoredAsset,
  toAsset,
  toPublicFile,
} from './asset.js';
import { AssetsRepository } from './assets.repository.js';
import { cleanFileName } from './file-name.js';
import { PictureSourcesRepository } from './picture-sources.repository.js';

/**
 * Stores the pictures of feeds, whose bytes ingest-service fetches. The same URL with the same bytes is one asset. New
 * bytes under a known URL are a new asset, because public files never change.
 */
@Injectable()
export class PicturesService {
  constructor(
    private readonly database: Database,
    private readonly assets: AssetsRepository,
    private readonly sources: PictureSourcesRepository,
    private readonly files: AssetFiles,
    private readonly outbox: Outbox,
  ) {}

  /** Servers often send the wrong picture type: any accepted picture type will do, and the content decides. */
  async import(sourceUrl: string, headers: IncomingHttpHeaders, body: Readable): Promise<Asset> {
    const type = readMediaType(headers['content-type']);
    if (!type || !isPicture(type)) throw invalid({ pointer: '/headers/content-type', code: 'asset.type_not_allowed' });
    const id = randomUUIDv7();
    const kept = await this.files.keep(id, body, { type, maximumBytes: maximumPictureBytes });
    const asset = await this.store(sourceUrl, readyAsset(id, sourceUrl, kept, await this.inspect(kept)));
    if (asset.id !== id) await this.files.drop(kept.objectKey);
    return toAsset(asset);
  }

  private async inspect({ objectKey, size }: KeptBytes): Promise<Inspection> {
    try {
      const inspected = await this.files.inspect(objectKey, size);
      if (!isPicture(inspected.type)) throw new UnfitContent('asset.type_mismatch', `the picture is ${inspected.type}`);
      return inspected;
    } catch (error) {
      if (!(error instanceof UnfitContent)) throw error;
      await this.files.drop(objectKey);
      throw rejection(error.reason);
    }
  }

  /** The URL's present asset if it has the same bytes, else the new one. */
  private store(sourceUrl: string, asset: StoredAsset): Promise<StoredAsset> {
    return this.database.transaction(async (tx) => {
      const knownId = await this.sources.findForUpdate(tx, sourceUrl);
      const known = knownId === undefined ? undefined : await this.assets.find(tx, knownId);
      if (known?.sha256 === asset.sha256) return known;
      await this.assets.insert(tx, asset);
      await this.sources.put(tx, sourceUrl, asset.id);
      await this.outbox.append(tx, assetReady, { assetId: asset.id, owners: [], file: toPublicFile(asset) });
      return asset;
    });
  }
}

function readyAsset(
  id: string,
  sourceUrl: string,
  { objectKey, size, sha256 }: KeptBytes,
  { type, width, height }: Inspection,
): StoredAsset {
  const now = new Date().toISOString();
  const fileName = nameIn(sourceUrl);
  return {
    id,
    fileName,
    type,
    size,
    sha256,
    status: 'ready',
    reason: null,
    width: width ?? null,
    height: height ?? null,
    durationSeconds: null,
    alt: {},
    path: pathOf({ id, fileName, type }),
    version: 1,
    createdAt: now,
    updatedAt: now,
    createdBy: null,
    objectKey,
    uploadedSha256: sha256,
  };
}

/** The last path segment of a URL, decoded as far as possible. */
function nameIn(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  return cleanFileName(unescape(last).normalize('NFC'));
}

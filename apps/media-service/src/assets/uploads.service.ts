import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { notFound, tooLarge, unsupportedMediaType } from '@mediamesh/contracts';
import { Database } from '@mediamesh/postgres';
import { Inject, Injectable } from '@nestjs/common';
import { ObjectStore } from '../storage/object-store.js';
import { AssetFiles } from './asset-files.js';
import { readMediaType, refuseUnlessDeclared, rejection, type StoredAsset } from './asset.js';
import { AssetsRepository } from './assets.repository.js';

/** Takes the bytes of declared assets by signed links, as often as wanted until the asset is complete: the last ones count. */
@Injectable()
export class UploadsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AssetsRepository) private readonly assets: AssetsRepository,
    @Inject(AssetFiles) private readonly files: AssetFiles,
    @Inject(ObjectStore) private readonly store: ObjectStore,
  ) {}

  async receive(signed: string, headers: IncomingHttpHeaders, body: Readable): Promise<void> {
    const { key: id, type, size } = this.store.verifyUpload(signed);
    checkHeaders(headers, type, size);
    refuseUnlessDeclared(await this.find(id));
    const { objectKey, sha256 } = await this.files.keep(id, body, { type, size, maximumBytes: size });
    const outcome = await this.database.transaction((tx) => this.assets.replaceBytes(tx, id, { objectKey, sha256 }, new Date()));
    await this.files.drop(outcome ? outcome.replaced : objectKey);
    if (!outcome) refuseUnlessDeclared(await this.find(id));
  }

  private async find(id: string): Promise<StoredAsset> {
    const asset = await this.assets.find(this.database.db, id);
    if (!asset) throw notFound('asset.not_found');
    return asset;
  }
}

/** What can be refused before a byte is read. */
function checkHeaders(headers: IncomingHttpHeaders, type: string, size: number): void {
  const isEncoded = (headers['content-encoding'] ?? 'identity') !== 'identity';
  if (isEncoded || readMediaType(headers['content-type']) !== type) throw unsupportedMediaType('request.unsupported_media_type');
  const announced = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  if (announced !== undefined && announced > size) throw tooLarge('request.too_large');
  if (announced !== undefined && announced < size) throw rejection('asset.size_mismatch');
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { notFound, tooLarge, unsupportedMediaType } from '@mediamesh/contracts';
import { Database } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { ObjectStore } from '../storage/object-store.js';
import { AssetFiles, type KeptBytes } from './asset-files.js';
import { readMediaType, refuseUnlessDeclared, rejection, type StoredAsset } from './asset.js';
import { AssetsRepository } from './assets.repository.js';

/** Receives the bytes of declared assets by signed links. Until completion a new upload replaces the last one. */
@Injectable()
export class UploadsService {
  constructor(
    private readonly database: Database,
    private readonly assets: AssetsRepository,
    private readonly files: AssetFiles,
    private readonly store: ObjectStore,
  ) {}

  async receive(signed: string, headers: IncomingHttpHeaders, body: Readable): Promise<void> {
    const { key: id, type, size } = this.store.verifyUpload(signed);
    checkHeaders(headers, type, size);
    refuseUnlessDeclared(await this.find(id));
    const isTaken = await this.replaceBytes(id, await this.files.keep(id, body, { type, size, maximumBytes: size }));
    if (!isTaken) refuseUnlessDeclared(await this.find(id));
  }

  /** Takes the bytes of a direct upload, if there are any. Later uploads by the same link do not replace them. */
  async collect(asset: StoredAsset): Promise<void> {
    const kept = await this.files.take(asset);
    if (!kept) return;
    await this.replaceBytes(asset.id, kept);
    await this.files.dropUpload(asset.id);
  }

  /** Sets the asset's bytes and deletes the former ones. False when the asset no longer waits for bytes. */
  private async replaceBytes(id: string, { objectKey, sha256 }: KeptBytes): Promise<boolean> {
    const outcome = await this.database.transaction((tx) =>
      this.assets.replaceBytes(tx, id, { objectKey, sha256 }, new Date()),
    );
    const superfluous = outcome ? outcome.replaced : objectKey;
    // two requests may have taken the same bytes; those that the asset references stay
    const current = outcome ? objectKey : (await this.assets.find(this.database.db, id))?.objectKey;
    if (superfluous !== current) await this.files.drop(superfluous);
    return outcome !== undefined;
  }

  private async find(id: string): Promise<StoredAsset> {
    const asset = await this.assets.find(this.database.db, id);
    if (!asset) throw notFound('asset.not_found');
    return asset;
  }
}

/** Refuses by the headers, before a byte is read. */
function checkHeaders(headers: IncomingHttpHeaders, type: string, size: number): void {
  const isEncoded = (headers['content-encoding'] ?? 'identity') !== 'identity';
  if (isEncoded || readMediaType(headers['content-type']) !== type)
    throw unsupportedMediaType('request.unsupported_media_type');
  const announced = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  if (announced !== undefined && announced > size) throw tooLarge('request.too_large');
  if (announced !== undefined && announced < size) throw rejection('asset.size_mismatch');
}

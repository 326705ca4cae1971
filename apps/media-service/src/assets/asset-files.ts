import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Logger } from '@mediamesh/observability';
import { Injectable } from '@nestjs/common';
import { inspect, type Inspection } from '../inspection/inspect.js';
import { UnfitContent } from '../inspection/unfit-content.js';
import { ObjectStore, WrongSize } from '../storage/object-store.js';
import { judge, rejection, type StoredAsset, type Verdict } from './asset.js';
import { type Pace, takeBytes } from './incoming-bytes.js';
import { BytesGone, createStoredBytes } from './stored-bytes.js';

/** Stored bytes, under a key that no asset references yet. */
export interface KeptBytes {
  readonly objectKey: string;
  readonly size: number;
  readonly sha256: string;
}

export interface KeepOptions {
  readonly type: string;
  readonly maximumBytes: number;
  /** The exact number of bytes, where it is known. */
  readonly size?: number;
}

export abstract class UploadPace implements Pace {
  abstract readonly windowMs: number;
  abstract readonly minimumBytes: number;
}

/** Stores, inspects and deletes the bytes of assets. Every upload has its own key, so a key's bytes never change. */
@Injectable()
export class AssetFiles {
  constructor(
    private readonly store: ObjectStore,
    private readonly pace: UploadPace,
    private readonly logger: Logger,
  ) {}

  /** Streams a request body into the store. A refused body leaves nothing behind. */
  async keep(assetId: string, body: Readable, { type, maximumBytes, size }: KeepOptions): Promise<KeptBytes> {
    const objectKey = `${assetId}/${randomUUID()}`;
    const hash = createHash('sha256');
    try {
      const head = await this.store.put(objectKey, takeBytes(body, { maximumBytes, hash, pace: this.pace }), {
        type,
        ...(size !== undefined && { size }),
      });
      return { objectKey, size: head.size, sha256: hash.digest('hex') };
    } catch (error) {
      throw error instanceof WrongSize ? rejection('asset.size_mismatch') : error;
    }
  }

  /** Moves a direct upload to a key that no upload link can write to. `undefined` when there is no complete upload. */
  async take({ id, size }: Pick<StoredAsset, 'id' | 'size'>): Promise<KeptBytes | undefined> {
    const taken = await this.store.takeUpload({ key: id, size });
    const object = taken && (await this.store.read(taken.key));
    if (!taken || !object) return undefined;
    const hash = createHash('sha256');
    for await (const chunk of object.stream as AsyncIterable<Buffer>) hash.update(chunk);
    return { objectKey: taken.key, size: object.size, sha256: hash.digest('hex') };
  }

  /** Compares the uploaded bytes with the declaration; `undefined` when there are none. */
  async examine(asset: StoredAsset): Promise<Verdict | undefined> {
    const head = asset.objectKey === null ? undefined : await this.store.head(asset.objectKey);
    if (asset.objectKey === null || !head) return undefined;
    try {
      return judge(asset, head.size, await this.inspect(asset.objectKey, head.size));
    } catch (error) {
      if (error instanceof BytesGone) return undefined;
      if (!(error instanceof UnfitContent)) throw error;
      this.logger.info('uploaded bytes were rejected', {
        assetId: asset.id,
        reason: error.reason,
        detail: error.message,
      });
      return { status: 'rejected', reason: error.reason };
    }
  }

  /** Inspects stored bytes. Throws {@link UnfitContent}. */
  inspect(objectKey: string, size: number): Promise<Inspection> {
    return inspect(createStoredBytes(this.store, objectKey, size));
  }

  /** Deletes a direct upload that was not taken. A failure is logged and left to the sweeper. */
  async dropUpload(assetId: string): Promise<void> {
    try {
      await this.store.dropUpload(assetId);
    } catch (error) {
      this.logger.warn('an upload could not be dropped', { assetId, error });
    }
  }

  /** Deletes bytes that no asset references any more. A failure is logged and left to the sweeper. */
  async drop(objectKey: string | null): Promise<void> {
    if (objectKey === null) return;
    try {
      await this.store.delete(objectKey);
    } catch (error) {
      this.logger.warn('bytes could not be deleted', { objectKey, error });
    }
  }
}

import { assetRejected } from '@mediamesh/contracts';
import { PeriodicWorker } from '@mediamesh/jobs';
import { Logger, Metrics } from '@mediamesh/observability';
import { Outbox } from '@mediamesh/outbox';
import { Database } from '@mediamesh/postgres';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ObjectStore } from '../storage/object-store.js';
import { AssetFiles } from './asset-files.js';
import { declaredLife, type StoredAsset } from './asset.js';
import { AssetsRepository } from './assets.repository.js';

const hour = 3_600_000;
const batch = 500;

/**
 * Cleans up every hour:
 *
 * - A declared asset without completion after a day is deleted with its bytes. A claimed one is rejected instead, with
 *   the reason `asset.not_uploaded`, so that no draft names an asset that does not exist.
 * - Bytes of no asset are deleted after a day. A crash between the store and the database leaves some.
 *
 * Ready assets stay, claimed or not: an editor may have uploaded a file for later.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly worker: PeriodicWorker;

  constructor(
    private readonly database: Database,
    private readonly assets: AssetsRepository,
    private readonly files: AssetFiles,
    private readonly store: ObjectStore,
    private readonly outbox: Outbox,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    const work = (stop: AbortSignal): Promise<void> => this.sweep(new Date(), stop);
    this.worker = new PeriodicWorker({ name: 'media.sweep', app: 'media-service', every: hour, work, logger, metrics });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
    this.worker.wake();
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.stop();
  }

  async sweep(now: Date, stop?: AbortSignal): Promise<void> {
    const before = new Date(now.getTime() - declaredLife);
    await this.sweepDeclared(before, now, stop);
    await this.sweepBytes(before, stop);
  }

  private async sweepDeclared(before: Date, now: Date, stop?: AbortSignal): Promise<void> {
    for (let found = batch; found === batch && !stop?.aborted;) {
      const assets = await this.assets.findGivenUp(this.database.db, before, batch);
      for (const asset of assets) await this.giveUp(asset, now);
      found = assets.length;
    }
  }

  private async giveUp(asset: StoredAsset & { readonly claimed: boolean }, now: Date): Promise<void> {
    const gone = await this.database.transaction(async (tx) => {
      if (!asset.claimed) return this.assets.removeGivenUp(tx, asset);
      const rejected = await this.assets.markRejected(tx, asset, 'asset.not_uploaded', now);
      if (rejected) await this.outbox.append(tx, assetRejected, { assetId: asset.id, reason: 'asset.not_uploaded' });
      return rejected !== undefined;
    });
    if (!gone) return;
    await this.files.drop(asset.objectKey);
    await this.files.dropUpload(asset.id);
    this.logger.info('an asset that was never completed was given up', { assetId: asset.id });
  }

  private async sweepBytes(before: Date, stop?: AbortSignal): Promise<void> {
    let keys: string[] = [];
    for await (const { key, modifiedAt } of this.store.list()) {
      if (stop?.aborted) return;
      if (modifiedAt < before) keys.push(key);
      if (keys.length < batch) continue;
      await this.dropUnknown(keys);
      keys = [];
    }
    await this.dropUnknown(keys);
  }

  private async dropUnknown(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const known = await this.assets.findKnownKeys(this.database.db, keys);
    for (const key of keys) if (!known.has(key)) await this.files.drop(key);
  }
}

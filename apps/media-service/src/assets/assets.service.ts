import { randomUUIDv7 } from 'node:crypto';
import {
  type Asset,
  assetReady,
  assetRejected,
  type Caller,
  conflict,
  type DeclareAsset,
  type DeclaredAsset,
  notFound,
  type Page,
  unavailable,
} from '@mediamesh/contracts';
import { Cursors } from '@mediamesh/http';
import { Outbox } from '@mediamesh/outbox';
import { currentContext, Logger } from '@mediamesh/observability';
import { Database, type EntityManager } from '@mediamesh/postgres';
import { remaining, TooLate, within } from '@mediamesh/resilience';
import { Injectable } from '@nestjs/common';
import { ClaimsRepository } from './claims.repository.js';
import { ObjectStore } from '../storage/object-store.js';
import { AssetFiles } from './asset-files.js';
import {
  declareAsset,
  pathOf,
  rejection,
  type StoredAsset,
  toAsset,
  toPublicFile,
  uploadLinkLife,
  type Verdict,
} from './asset.js';
import { AssetsRepository } from './assets.repository.js';
import { UploadsService } from './uploads.service.js';

export interface AssetListQuery {
  readonly status?: Asset['status'] | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** How often bytes may be replaced while they are inspected. */
const maximumAttempts = 5;
/** How long before its deadline a waiting caller gets `request.busy`, in milliseconds. */
const notice = 500;

@Injectable()
export class AssetsService {
  /** Running completions by asset; further callers wait for the same one. */
  private readonly completing = new Map<string, Promise<Asset>>();

  constructor(
    private readonly database: Database,
    private readonly assets: AssetsRepository,
    private readonly claims: ClaimsRepository,
    private readonly files: AssetFiles,
    private readonly uploads: UploadsService,
    private readonly store: ObjectStore,
    private readonly outbox: Outbox,
    private readonly cursors: Cursors,
    private readonly logger: Logger,
  ) {}

  /** Newest first. */
  async list({ status, ...range }: AssetListQuery): Promise<Page<Asset>> {
    const { items, next } = await this.cursors.page(
      ['listAssets', status ?? null],
      range,
      (before: string | undefined, limit: number) => this.assets.list(this.database.db, { status, before, limit }),
      ({ id }) => id,
    );
    return { items: items.map(toAsset), next };
  }

  async declare(body: DeclareAsset, caller: Caller): Promise<DeclaredAsset> {
    const now = new Date();
    const asset = declareAsset(body, { id: randomUUIDv7(), createdBy: caller.kind === 'user' ? caller.id : null, now });
    const expiresAt = new Date(now.getTime() + uploadLinkLife);
    const { headers, parts, ...link } = await this.store.signUpload({
      key: asset.id,
      type: asset.type,
      size: asset.size,
      expiresAt,
      ...(asset.sha256 !== null && { sha256: asset.sha256 }),
    });
    await this.database.transaction((tx) => this.assets.insert(tx, asset));
    return {
      ...toAsset(asset),
      upload: {
        ...link,
        headers: { ...headers },
        ...(parts && { parts: [...parts] }),
        expiresAt: expiresAt.toISOString(),
      },
    };
  }

  async get(id: string): Promise<Asset> {
    return toAsset(await this.find(id));
  }

  /** In the order of `ids`; unknown ones are left out. */
  async read(ids: readonly string[]): Promise<Asset[]> {
    const found = new Map((await this.assets.findMany(this.database.db, ids)).map((asset) => [asset.id, asset]));
    return [...new Set(ids)].flatMap((id) => found.get(id) ?? []).map(toAsset);
  }

  /**
   * Inspects the uploaded bytes and makes the asset ready or rejected, once; later calls get the same answer. When the
   * inspection outlasts the caller's deadline it goes on, and the caller gets `unavailable` and may retry.
   */
  async complete(id: string): Promise<Asset> {
    const running = this.completing.get(id) ?? this.begin(id);
    const patience = remaining(currentContext()?.deadline, 60_000) - notice;
    try {
      return await within(patience, running);
    } catch (error) {
      throw error instanceof TooLate ? unavailable('request.busy', { retryAfter: 1 }) : error;
    }
  }

  private begin(id: string): Promise<Asset> {
    const running = this.examine(id).finally(() => this.completing.delete(id));
    this.completing.set(id, running);
    // all callers may have stopped waiting
    running.catch((error: unknown) => this.logger.debug('an asset was not completed', { assetId: id, error }));
    return running;
  }

  private async examine(id: string): Promise<Asset> {
    const declared = await this.find(id);
    if (declared.status === 'declared') await this.uploads.collect(declared);
    for (let attempt = 0; attempt < maximumAttempts; attempt++) {
      const asset = await this.find(id);
      if (asset.status === 'ready') return toAsset(asset);
      if (asset.status === 'rejected') throw rejection(asset.reason);
      const verdict = await this.files.examine(asset);
      if (verdict) await this.settle(asset, verdict);
      else if ((await this.find(id)).objectKey === asset.objectKey) throw conflict('asset.not_uploaded');
    }
    throw unavailable('request.busy', { retryAfter: 1 });
  }

  /** Does nothing when the asset was completed, or its bytes replaced, meanwhile. */
  private async settle(asset: StoredAsset, verdict: Verdict): Promise<void> {
    const now = new Date();
    const settled = await this.database.transaction(async (tx) => {
      if (verdict.status === 'ready') {
        const ready = await this.assets.markReady(tx, asset, verdict.inspected, pathOf(asset), now);
        if (ready) await this.announceReady(tx, ready);
        return ready;
      }
      const rejected = await this.assets.markRejected(tx, asset, verdict.reason, now);
      if (rejected) await this.outbox.append(tx, assetRejected, { assetId: asset.id, reason: verdict.reason });
      return rejected;
    });
    if (settled?.status === 'rejected') await this.files.drop(asset.objectKey);
  }

  private async announceReady(tx: EntityManager, asset: StoredAsset): Promise<void> {
    await this.outbox.append(tx, assetReady, {
      assetId: asset.id,
      owners: await this.claims.findOwners(tx, asset.id),
      file: toPublicFile(asset),
    });
  }

  private async find(id: string): Promise<StoredAsset> {
    const asset = await this.assets.find(this.database.db, id);
    if (!asset) throw notFound('asset.not_found');
    return asset;
  }
}

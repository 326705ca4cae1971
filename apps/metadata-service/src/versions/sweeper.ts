import { cmsServiceApi } from '@mediamesh/contracts';
import { type Client, Clients } from '@mediamesh/http';
import { PeriodicWorker } from '@mediamesh/jobs';
import { Logger, Metrics } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { VersionsRepository } from './versions.repository.js';

const day = 86_400_000;
const hour = 3_600_000;
const batch = 500;

/**
 * Deletes versions that no program or episode ever referenced, left by a refused commit or a crash. A version must be
 * older than a day, and cms-service must confirm that it never referenced it. Without an answer nothing is deleted.
 */
@Injectable()
export class VersionSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly cms: Client<typeof cmsServiceApi>;
  private readonly worker: PeriodicWorker;

  constructor(
    private readonly database: Database,
    private readonly versions: VersionsRepository,
    private readonly logger: Logger,
    metrics: Metrics,
    clients: Clients,
  ) {
    this.cms = clients.of(cmsServiceApi, { asService: true });
    const work = (stop: AbortSignal): Promise<number> => this.sweep(new Date(), stop);
    this.worker = new PeriodicWorker({
      name: 'metadata.sweep',
      app: 'metadata-service',
      every: hour,
      work,
      logger,
      metrics,
    });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.stop();
  }

  /** Handles all versions that are due. Returns how many were deleted. */
  async sweep(now: Date = new Date(), stop?: AbortSignal): Promise<number> {
    let removed = 0;
    while (!stop?.aborted) {
      const ids = await this.versions.unconfirmed(this.database.db, new Date(now.getTime() - day), batch);
      if (ids.length === 0) break;
      const unreferenced = new Set((await this.cms.unreferencedVersions({ body: { ids } })).ids);
      await this.database.transaction(async (tx) => {
        await this.versions.delete(tx, [...unreferenced]);
        await this.versions.confirm(
          tx,
          ids.filter((id) => !unreferenced.has(id)),
        );
      });
      removed += unreferenced.size;
    }
    if (removed > 0) this.logger.info('Removed versions that nothing points at', { removed });
    return removed;
  }
}

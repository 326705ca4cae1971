import { cmsServiceApi } from '@mediamesh/contracts';
import { type Client, Clients } from '@mediamesh/http';
import { Logger } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { VersionsRepository } from './versions.repository.js';

const day = 86_400_000;
const every = 3_600_000;
const batch = 500;

/**
 * Removes versions that no program or episode ever pointed at: a refused commit or a crash leaves them behind. Only
 * what is older than a day and what cms-service says it never referenced; no answer, no deletion.
 */
@Injectable()
export class VersionSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly cms: Client<typeof cmsServiceApi>;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly versions: VersionsRepository,
    private readonly logger: Logger,
    clients: Clients,
  ) {
    this.cms = clients.of(cmsServiceApi, { asService: true });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => (this.running = this.sweepQuietly()), every).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One pass over all that is due; answers how many were removed. */
  async sweep(now: Date = new Date()): Promise<number> {
    let removed = 0;
    for (;;) {
      const ids = await this.versions.unconfirmed(this.database.db, new Date(now.getTime() - day), batch);
      if (ids.length === 0) return removed;
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
  }

  private async sweepQuietly(): Promise<void> {
    try {
      const removed = await this.sweep();
      if (removed > 0) this.logger.info('Removed versions nobody points at', { removed });
    } catch (error) {
      this.logger.warn('Versions could not be swept; the next pass tries again', { error });
    }
  }
}

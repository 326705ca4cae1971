import { type Answer, cmsServiceApi } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints } from '@mediamesh/http';
import { Logger } from '@mediamesh/observability';
import { untilAborted } from '@mediamesh/resilience';
import { Injectable } from '@nestjs/common';
import { type IndexRebuild, SearchIndex } from '../search-index/search-index.js';
import { Patience } from './patience.js';
import { type LiveIndex, type Progress, type QueuedRebuild, RebuildQueue } from './rebuild-queue.repository.js';

type Source = Endpoints<typeof cmsServiceApi>;
type Page = Answer<Source['listPublicDocuments']>;

const pageSize = 500;
/** In milliseconds; a page may be megabytes. */
const pageDeadline = 15_000;

@Injectable()
export class RebuildProcess {
  private readonly cms: Client<typeof cmsServiceApi>;

  constructor(
    private readonly index: SearchIndex,
    private readonly queue: RebuildQueue,
    private readonly patience: Patience,
    private readonly logger: Logger,
    clients: Clients,
  ) {
    this.cms = clients.of(cmsServiceApi, { asService: true, deadlineMs: pageDeadline });
  }

  /** Executes and completes a rebuild, and updates `progress`. On a rejection the live index is unchanged. */
  async execute(rebuild: QueuedRebuild, progress: Progress, stop: AbortSignal): Promise<void> {
    const live = await this.ask(() => this.index.generation(), stop);
    // The worker before swapped the index and died before it recorded that.
    if (live !== undefined && live === rebuild.generation)
      return this.complete(rebuild, { generation: live, before: live }, progress, stop);
    // No second index is made before the source answers.
    const first = await this.read(undefined, stop);
    if (live !== undefined && first.items.length === 0 && (await this.ask(() => this.index.count(), stop)) === 0)
      return this.complete(rebuild, { generation: live, before: live }, progress, stop);

    const total = await this.count();
    const building = await this.ask(() => this.index.rebuild(), stop);
    try {
      await this.queue.begin(rebuild, building.generation, total);
      Object.assign(progress, { documents: 0, tombstones: 0 });
      await this.fill(building, progress, stop);
      // The last fenced write before the swap: a worker that lost its lease must not swap.
      await this.queue.report(rebuild, progress);
      await this.finish(building);
    } catch (error) {
      await this.abandon(building);
      throw error;
    }
    await this.complete(rebuild, { generation: building.generation, before: live }, progress, stop);
  }

  /** Copies everything that is public. Live changes reach both indexes meanwhile, so none is missed. */
  private async fill(building: IndexRebuild, progress: Progress, stop: AbortSignal): Promise<void> {
    for (let after: string | undefined; ;) {
      const { items, next } = await this.read(after, stop);
      await this.ask(
        () => building.add(items.map((item) => ('document' in item ? item.document : item.tombstone))),
        stop,
      );
      const documents = items.filter((item) => 'document' in item).length;
      progress.documents += documents;
      progress.tombstones += items.length - documents;
      if (next === null) return;
      after = next;
    }
  }

  private async finish(building: IndexRebuild): Promise<void> {
    try {
      await building.finish();
    } catch (error) {
      // The answer may have been lost, not the swap.
      if ((await this.index.generation()) !== building.generation) throw error;
      this.logger.warn('The new index is in place, though putting it there was answered with an error', { error });
    }
  }

  private async complete(
    rebuild: QueuedRebuild,
    inPlace: Omit<LiveIndex, 'found'>,
    progress: Progress,
    stop: AbortSignal,
  ): Promise<void> {
    const found = await this.ask(() => this.index.count(), stop);
    const inSource = await this.count('documents');
    await this.queue.complete(rebuild, { ...inPlace, found }, progress);
    const counts = { rebuildId: rebuild.id, generation: inPlace.generation, ...progress, found, inSource };
    // Live changes go on meanwhile, so a difference is no failure.
    if (inSource !== null && inSource !== found)
      this.logger.warn('The index was built anew; it does not find as many documents as are public by now', counts);
    else this.logger.info('The index was built anew and finds every document that is public', counts);
  }

  private read(after: string | undefined, stop: AbortSignal): Promise<Page> {
    return this.patience.call(
      () => untilAborted(this.cms.listPublicDocuments({ query: { after, limit: pageSize } }), stop),
      'reindex.source_away',
      stop,
    );
  }

  private ask<T>(call: () => Promise<T>, stop: AbortSignal): Promise<T> {
    return this.patience.call(call, 'reindex.index_away', stop);
  }

  /** `null` when the count fails: it serves the progress only. */
  private async count(of: 'documents' | 'all' = 'all'): Promise<number | null> {
    try {
      const { documents, tombstones } = await this.cms.countPublicDocuments({});
      return of === 'documents' ? documents : documents + tombstones;
    } catch (error) {
      this.logger.warn('What is public could not be counted', { error });
      return null;
    }
  }

  private async abandon(building: IndexRebuild): Promise<void> {
    try {
      await building.abandon();
    } catch (error) {
      this.logger.warn('A half-built index could not be removed; the next rebuild gives it up', {
        error,
        generation: building.generation,
      });
    }
  }
}

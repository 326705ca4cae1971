import { unavailable } from '@mediamesh/contracts';
import { PeriodicWorker } from '@mediamesh/jobs';
import { Logger, Metrics } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import type { Resource, ResourceProblem } from '@mediamesh/resilience';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SearchIndex } from '../search-index/search-index.js';
import { RebuildsRepository } from './rebuilds.repository.js';
import { RebuildsService } from './rebuilds.service.js';

/** Milliseconds between two checks: while searches are answered, and while they are refused. */
const lookEvery = 5_000;
const waitingLookEvery = 250;
/** Seconds after a failed rebuild in which no other is requested. */
const askAgainAfter = 60;
/** `Retry-After` of a refused search, in seconds. */
const retryAfter = 2;
const requester = 'service:search-service';

type State = 'filled' | 'earlier' | 'unknown' | 'lost';

const earlier: ResourceProblem = {
  problem: 'an earlier search index was put back: it lacks what changed since',
  remedy: 'Run npm run mesh -- reindex when the fault of the later one is mended.',
  blocks: false,
};

/**
 * Whether the live index holds what is public. A rebuild is requested when the index was lost or replaced, has an older
 * layout, or could not be filled at the first start. Until it is complete, searches are refused and the app is not
 * ready, so that no search wrongly finds nothing. An index that is the one before the current counts as restored on
 * purpose: it answers, and readiness reports it.
 */
@Injectable()
export class IndexState implements Pick<Resource, 'check'>, OnApplicationBootstrap, OnModuleDestroy {
  private state: State = 'unknown';
  private known: string | undefined;
  private readonly worker: PeriodicWorker;

  constructor(
    private readonly database: Database,
    private readonly index: SearchIndex,
    private readonly rebuilds: RebuildsRepository,
    private readonly requests: RebuildsService,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.worker = new PeriodicWorker({
      name: 'search.index_state',
      app: 'search-service',
      every: () => (this.answers ? lookEvery : waitingLookEvery),
      work: () => this.look(),
      logger,
    });
    metrics.observe('mediamesh_search_index_filled', () => (this.state === 'filled' ? 1 : 0));
  }

  onApplicationBootstrap(): Promise<void> {
    this.worker.start();
    return this.worker.turn();
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.stop();
  }

  /** @throws Refusal `unavailable` while the index does not hold what is public */
  requireFilled(): void {
    if (!this.answers) throw unavailable('search.not_ready', { retryAfter });
  }

  /** Refuses a page of an index that replaced the right one since the last check: it would be empty or old. */
  async requireKnown(generation: string): Promise<void> {
    if (generation === this.known) return;
    const which = await this.rebuilds.recognise(this.database.db, generation);
    if (which === 'strange') throw unavailable('search.not_ready', { retryAfter });
    this.known = generation;
  }

  check(): Promise<readonly ResourceProblem[]> {
    if (this.state === 'filled') return Promise.resolve([]);
    if (this.state === 'earlier') return Promise.resolve([earlier]);
    const problem =
      this.state === 'lost'
        ? 'the search index is lost, of an older shape or was never filled, and is being built anew'
        : 'the search index cannot be read';
    return Promise.resolve([
      {
        problem,
        remedy: 'Wait for the rebuild (npm run mesh -- reindex shows how far it is); it needs cms-service.',
        blocks: true,
      },
    ]);
  }

  private get answers(): boolean {
    return this.state === 'filled' || this.state === 'earlier';
  }

  private async look(): Promise<void> {
    try {
      const state = await this.read();
      if (state === 'lost') await this.askForRebuild();
      else if (state === 'earlier' && this.state !== 'earlier')
        this.logger.warn('An earlier search index was put back; it lacks what changed since');
      else if (this.state === 'lost') this.logger.info('The search index holds what is public again');
      this.state = state;
    } catch (error) {
      // The state is kept; an index that is away refuses by itself.
      this.logger.debug('The search index could not be checked; the next check retries', { error });
    }
  }

  private async read(): Promise<State> {
    const generation = await this.index.generation();
    const which = await this.rebuilds.recognise(this.database.db, generation);
    // an adopted index that was empty and could not be filled lacks what was public before
    if (which === 'current')
      return (await this.rebuilds.hasOnlyFailed(this.database.db, requester)) ? 'lost' : 'filled';
    if (which === 'first') return this.adopt(generation);
    // A rebuild may have swapped the index between the two queries.
    const again = await this.index.generation();
    const truth = again === generation ? which : await this.rebuilds.recognise(this.database.db, again);
    return truth === 'current' ? 'filled' : truth === 'earlier' ? 'earlier' : 'lost';
  }

  /** Adopts the index of the first start. One transaction, because an adopted index is never filled later. */
  private async adopt(generation: string | undefined): Promise<State> {
    const isEmpty = generation === undefined || (await this.index.count()) === 0;
    await this.database.transaction(async (tx) => {
      const isAdopted = await this.rebuilds.adopt(tx, generation ?? 'none');
      if (isAdopted && isEmpty) await this.requests.add(tx, requester);
    });
    return generation === undefined ? 'lost' : 'filled';
  }

  private async askForRebuild(): Promise<void> {
    if (await this.rebuilds.findActive(this.database.db)) return;
    if (await this.rebuilds.hasJustFailed(this.database.db, askAgainAfter)) return;
    const { id } = await this.requests.request(requester);
    this.logger.warn(
      'The search index does not hold what is public: a rebuild was queued, and searches are refused until it is done',
      { rebuildId: id },
    );
  }
}

import type { Logger, Metrics } from '@mediamesh/observability';
import { type Breaker, createBreaker } from '@mediamesh/resilience';
import type { LimitPolicy } from './limit-policy.js';
import { LimitStore, type TryResult } from './limit-store.js';
import { MemoryLimitStore } from './memory-limit-store.js';

/** Milliseconds before a failing store is tried again. */
const rest = 1_000;
/** Milliseconds after a failure in which it counts as down: one that fails for some keys only would otherwise flap. */
const doubt = 10_000;

/**
 * A shared store with a fallback: while it fails, this process counts in memory, so limits hold per process. A breaker
 * keeps requests from waiting for it. An outage is logged once, with the reason. The metrics are
 * `mediamesh_limit_store_away` (0 or 1) and `mediamesh_limit_fallbacks`.
 */
export class InsuredLimitStore extends LimitStore {
  private readonly store: LimitStore;
  private readonly insurance: MemoryLimitStore;
  private readonly breaker: Breaker;
  private readonly clock: () => number;
  private readonly logger: Logger;
  private readonly metrics: Metrics;
  private failedAt = -Infinity;
  private isSaid = false;

  constructor({
    store,
    clock,
    logger,
    metrics,
  }: {
    store: LimitStore;
    clock: () => number;
    logger: Logger;
    metrics: Metrics;
  }) {
    super();
    this.store = store;
    this.insurance = new MemoryLimitStore(clock);
    this.clock = clock;
    this.logger = logger;
    this.metrics = metrics;
    this.breaker = createBreaker({ target: 'limit store', resetMs: rest });
    metrics.observe('mediamesh_limit_store_away', () => Number(this.isAway));
  }

  override async take(key: string, policy: LimitPolicy): Promise<TryResult> {
    try {
      const taken = await this.breaker.run(() => this.store.take(key, policy));
      this.welcome();
      return taken;
    } catch (error) {
      this.miss(error);
      return this.insurance.take(key, policy);
    }
  }

  /** Does not close the shared store, which its creator closes. */
  override close(): Promise<void> {
    this.breaker.close();
    return Promise.resolve();
  }

  private get isAway(): boolean {
    return this.clock() - this.failedAt < doubt;
  }

  private miss(error: unknown): void {
    this.metrics.count('mediamesh_limit_fallbacks');
    this.failedAt = this.clock();
    if (this.isSaid) return;
    this.isSaid = true;
    this.logger.warn('The limit store fails: each process counts by itself', { error });
  }

  private welcome(): void {
    if (!this.isSaid || this.isAway) return;
    this.isSaid = false;
    this.logger.info('The limit store counts for all processes again');
  }
}

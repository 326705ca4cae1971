import type { Logger, Metrics } from '@mediamesh/observability';
import { type Breaker, createBreaker } from '@mediamesh/resilience';
import type { LimitPolicy } from './limit-policy.js';
import { LimitStore, type Taken } from './limit-store.js';
import { MemoryLimitStore } from './memory-limit-store.js';

/** A store that fails is asked again after so many milliseconds. */
const rest = 1_000;

/**
 * A shared store with an insurance: while it does not answer, this process counts by itself, so that limits hold for each process instead of not at
 * all. A breaker soon stops asking, so that requests do not wait for what is gone. The metrics say so: `mediamesh_limit_store_away` (0 or 1) and
 * `mediamesh_limit_fallbacks`.
 */
export class InsuredLimitStore extends LimitStore {
  readonly #store: LimitStore;
  readonly #insurance: MemoryLimitStore;
  readonly #breaker: Breaker;
  readonly #metrics: Metrics;

  constructor({ store, clock, logger, metrics }: { store: LimitStore; clock: () => number; logger: Logger; metrics: Metrics }) {
    super();
    this.#store = store;
    this.#insurance = new MemoryLimitStore(clock);
    this.#metrics = metrics;
    this.#breaker = createBreaker({
      target: 'limit store',
      resetMs: rest,
      onState: (state) => logger.warn('The limit store changed', { state, counting: state === 'closed' ? 'for all processes' : 'for this process' }),
    });
    metrics.observe('mediamesh_limit_store_away', () => (this.#breaker.state === 'closed' ? 0 : 1));
  }

  override async take(key: string, policy: LimitPolicy): Promise<Taken> {
    try {
      return await this.#breaker.run(() => this.#store.take(key, policy));
    } catch {
      this.#metrics.count('mediamesh_limit_fallbacks');
      return this.#insurance.take(key, policy);
    }
  }

  /** The shared store is closed by whoever made it. */
  override close(): Promise<void> {
    this.#breaker.close();
    return Promise.resolve();
  }
}

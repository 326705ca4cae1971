import type { AppName } from '@mediamesh/contracts';
import type { Logger, Metrics } from '@mediamesh/observability';
import { type Breaker, createBreaker, createRetryBudget, type RetryBudget } from '@mediamesh/resilience';

/** Each instance has its own circuit breaker, so that a dead one is skipped and the others are used. */
export interface Instance {
  readonly url: string;
  readonly breaker: Breaker;
}

export class Target {
  readonly budget: RetryBudget = createRetryBudget();
  private turn = 0;

  constructor(readonly instances: readonly Instance[]) {}

  /**
   * The next instance whose circuit breaker is not open, or the next if all are open. Instances already tried come
   * last, because concurrent calls share the turn.
   */
  next(tried: ReadonlySet<Instance> = new Set()): Instance {
    const count = this.instances.length;
    const order = this.instances.map((_, step) => this.instances[(this.turn + step) % count]!);
    this.turn = (this.turn + 1) % count;
    const fresh = order.filter((one) => !tried.has(one));
    return [...fresh, ...order].find(({ breaker }) => breaker.state !== 'open') ?? fresh[0] ?? order[0]!;
  }

  /** Whether an untried instance is available. */
  hasOther(tried: ReadonlySet<Instance>): boolean {
    return this.instances.some((one) => !tried.has(one) && one.breaker.state !== 'open');
  }
}

/** Creates each target at its first call, and reports its circuit breakers as metrics. */
export class Targets {
  private readonly targets = new Map<AppName, Target>();

  constructor(
    private readonly urls: Readonly<Record<AppName, readonly string[]>>,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  of(app: AppName): Target {
    const known = this.targets.get(app);
    if (known) return known;
    const target = new Target(this.urls[app].map((url) => ({ url, breaker: this.watch(app, url) })));
    this.metrics.observe(
      'mediamesh_breaker_open',
      () => target.instances.filter(({ breaker }) => breaker.state !== 'closed').length,
      { target: app },
    );
    this.targets.set(app, target);
    return target;
  }

  close(): void {
    for (const { instances } of this.targets.values()) for (const { breaker } of instances) breaker.close();
  }

  private watch(app: AppName, url: string): Breaker {
    return createBreaker({
      target: `${app} at ${url}`,
      onState: (state) => {
        this.logger.warn('circuit breaker changed', { target: app, url, state });
        this.metrics.count('mediamesh_breaker_changes', { target: app, state });
      },
    });
  }
}

import { Refusal, unavailable } from '@mediamesh/contracts';
import CircuitBreaker from 'opossum';

export interface BreakerOptions {
  /** The called service, for metrics. */
  readonly target: string;
  /** Milliseconds it stays open before a probe; 2 s by default. */
  readonly resetMs?: number;
  readonly onState?: (state: 'open' | 'half-open' | 'closed') => void;
}

/** Stops calls to a failing service and probes it with one call at a time. */
export interface Breaker {
  run<T>(action: () => Promise<T>): Promise<T>;
  readonly state: 'open' | 'half-open' | 'closed';
  close(): void;
}

/**
 * A circuit breaker of opossum. Only errors and the refusals `unavailable` and `internal` count as failures. opossum's
 * own timeout is off, because it would also abort later calls. Each action has its own deadline, so a probe always
 * settles.
 */
export function createBreaker({ target, resetMs = 2_000, onState }: BreakerOptions): Breaker {
  const breaker = new CircuitBreaker(async (action: () => Promise<unknown>) => action(), {
    name: target,
    timeout: false,
    resetTimeout: resetMs,
    errorThresholdPercentage: 50,
    volumeThreshold: 10,
    rollingCountTimeout: 10_000,
    errorFilter: isAnswer,
  });
  breaker.on('open', () => onState?.('open'));
  breaker.on('halfOpen', () => onState?.('half-open'));
  breaker.on('close', () => onState?.('closed'));
  return {
    run: async <T>(action: () => Promise<T>): Promise<T> => {
      try {
        return (await breaker.fire(action)) as T;
      } catch (error) {
        if (CircuitBreaker.isOurError(error as Error))
          throw unavailable('request.unavailable', { retryAfter: Math.ceil(resetMs / 1000), cause: error });
        throw error;
      }
    },
    get state() {
      return breaker.opened ? 'open' : breaker.halfOpen ? 'half-open' : 'closed';
    },
    close: () => breaker.shutdown(),
  };
}

const isAnswer = (error: unknown): boolean =>
  error instanceof Refusal && error.kind !== 'unavailable' && error.kind !== 'internal';

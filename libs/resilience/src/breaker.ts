import { Refusal, unavailable } from '@mediamesh/contracts';
import CircuitBreaker from 'opossum';

export interface BreakerOptions {
  /** What is called, for metrics. */
  readonly target: string;
  /** How long it stays open before one probe, in milliseconds. */
  readonly resetMs?: number;
  readonly onState?: (state: 'open' | 'half-open' | 'closed') => void;
}

/** Stops calling a neighbour that fails, and tries again with one probe at a time. */
export interface Breaker {
  run<T>(action: () => Promise<T>): Promise<T>;
  readonly state: 'open' | 'half-open' | 'closed';
  close(): void;
}

/**
 * A circuit breaker of opossum. Refusals other than `unavailable` and `internal` are answers, not failures. opossum's
 * own time-out is off: it would abort later calls too, so each action carries its own deadline, also the probe, which
 * therefore always settles.
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

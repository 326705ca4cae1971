import { type AppName, Refusal, unavailable } from '@mediamesh/contracts';
import { backOff } from '@mediamesh/resilience';
import type { ServiceAnswer } from './service-answer.js';
import { isStream, isUpload, sendCall, type ServiceCall, type Wire } from './service-call.js';
import type { Instance, Target } from './targets.js';

const retries = 2;

/**
 * Retries a call that is repeatable or never arrived at most twice, with backoff and within the retry budget of its
 * target. When an instance did not receive the call, another one is tried at once.
 * @param until deadline on the clock of `performance.now`
 * @throws the service's refusal; `unavailable` when it cannot be reached before `until`
 */
export async function callWithRetries(
  target: Target,
  call: ServiceCall,
  until: number,
  wire: Wire,
): Promise<ServiceAnswer> {
  target.budget.earn();
  const tried = new Set<Instance>();
  for (let attempt = 0; ; attempt++) {
    // Checked before the circuit breaker, because an expired deadline is not a failure of the service.
    const left = Math.floor(until - performance.now());
    if (left <= 0) throw outOfTime(call.app);
    const instance = target.next(tried);
    tried.add(instance);
    // Not a failure of the service, so it does not count for its circuit breaker.
    if (isStream(call) && wire.connections.isFull(instance.url)) {
      if (!isUpload(call) && target.hasOther(tried)) continue;
      throw unavailable('request.unavailable', {
        retryAfter: 1,
        cause: new Error(`too many files are under way to or from ${instance.url}`),
      });
    }
    const send = () => sendCall(wire, instance.url, call, left);
    try {
      // An upload may take hours. As the probe of a half-open circuit breaker it would block all other calls.
      return await (isUpload(call) && instance.breaker.state === 'half-open' ? send() : instance.breaker.run(send));
    } catch (error) {
      if (until - performance.now() <= 100) throw error;
      // No instance has received the call, so trying another is not a retry and needs no budget.
      if ((wasNeverSent(error) || wasHeldBack(error)) && !isUpload(call) && target.hasOther(tried)) continue;
      const may = (call.isRepeatable && isWorthRepeating(error)) || (wasNeverSent(error) && !isUpload(call));
      if (!may || attempt >= retries || !target.budget.spend()) throw error;
      await new Promise((resolve) => setTimeout(resolve, backOff(attempt + 1)));
    }
  }
}

export const outOfTime = (app: AppName): Refusal =>
  unavailable('request.unavailable', { cause: new Error(`no time left to call ${app}`) });

/** A service that sends `Retry-After` is not called sooner. */
const isWorthRepeating = (error: unknown): boolean =>
  error instanceof Refusal && error.kind === 'unavailable' && error.options.retryAfter === undefined;

/** No connection was made, so the call had no effect. */
function wasNeverSent(error: unknown): boolean {
  const { code } = (error instanceof Refusal ? (error.cause ?? {}) : {}) as { code?: unknown };
  return (
    code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'EHOSTUNREACH' || code === 'ENOTFOUND'
  );
}

/** The circuit breaker of the instance is open, or waits for its probe. */
const wasHeldBack = (error: unknown): boolean =>
  error instanceof Refusal && (error.cause as { code?: unknown } | undefined)?.code === 'EOPENBREAKER';

import { type AppName, Refusal, unavailable } from '@mediamesh/contracts';
import { backOff } from '@mediamesh/resilience';
import type { ServiceAnswer } from './service-answer.js';
import { isStream, isUpload, sendCall, type ServiceCall, type Wire } from './service-call.js';
import type { Instance, Target } from './targets.js';

const retries = 2;

/**
 * Calls a service until it answers. A call that may be repeated, or never arrived, is retried at most twice, after a
 * backoff and within the retry budget of its target. Where an instance let nothing through, another is asked at once.
 * Refuses as the service does, and with `unavailable` when it cannot be reached before `until` (of `performance.now`).
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
    // before the breaker: that the time is up says nothing about the service
    const left = Math.floor(until - performance.now());
    if (left <= 0) throw outOfTime(call.app);
    const instance = target.next(tried);
    tried.add(instance);
    // no fault of the service, so its breaker does not hear of it
    if (isStream(call) && wire.connections.isFull(instance.url)) {
      if (!isUpload(call) && target.hasOther(tried)) continue;
      throw unavailable('request.unavailable', {
        retryAfter: 1,
        cause: new Error(`too many files are under way to or from ${instance.url}`),
      });
    }
    const send = () => sendCall(wire, instance.url, call, left);
    try {
      // an upload may take hours: as the one probe of a breaker it would hold up everybody else for as long
      return await (isUpload(call) && instance.breaker.state === 'half-open' ? send() : instance.breaker.run(send));
    } catch (error) {
      if (until - performance.now() <= 100) throw error;
      // nobody has heard of the call yet, so turning to a twin burdens nobody twice: this is no retry
      if ((wasNeverSent(error) || wasHeldBack(error)) && !isUpload(call) && target.hasOther(tried)) continue;
      const may = (call.isRepeatable && isWorthRepeating(error)) || (wasNeverSent(error) && !isUpload(call));
      if (!may || attempt >= retries || !target.budget.spend()) throw error;
      await new Promise((resolve) => setTimeout(resolve, backOff(attempt + 1)));
    }
  }
}

export const outOfTime = (app: AppName): Refusal =>
  unavailable('request.unavailable', { cause: new Error(`no time left to call ${app}`) });

/**
 * Nobody answered, or somebody did without a word on when to come again: a service that says so (`Retry-After`) is not
 * asked sooner.
 */
const isWorthRepeating = (error: unknown): boolean =>
  error instanceof Refusal && error.kind === 'unavailable' && error.options.retryAfter === undefined;

/** Nobody listened there: whatever it was, it has not happened. */
function wasNeverSent(error: unknown): boolean {
  const { code } = (error instanceof Refusal ? (error.cause ?? {}) : {}) as { code?: unknown };
  return (
    code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'EHOSTUNREACH' || code === 'ENOTFOUND'
  );
}

/** The breaker of the instance let nothing through: it is open, or waits for its probe. */
const wasHeldBack = (error: unknown): boolean =>
  error instanceof Refusal && (error.cause as { code?: unknown } | undefined)?.code === 'EOPENBREAKER';

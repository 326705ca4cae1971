import { Refusal } from '@mediamesh/contracts';
import type { Logger, Metrics } from '@mediamesh/observability';
import { isUnreachable } from '@mediamesh/postgres';
import { callHandler, type Consumer, type ReadableEvent, readEvent, UnreadableEvent, withDeadline } from './consumer.js';
import { keepDeadLetter } from './dead-letter-rows.js';
import type { Outcome, Subscription, Tries } from './event-bus.js';
import { recordDone, recordDoneRelaxed } from './inbox.js';

const maximumTries = 5;
const firstRetry = 50;
const firstPause = 200;
const longestPause = 10_000;
const done: Outcome = { done: true };

export interface DeliveryOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * What happens around every handler, whatever the bus: an event that cannot be read becomes a dead letter; a handler has a
 * deadline and up to five tries with exponential back-off, then a dead letter keeps the event. While something the handler
 * needs is down its line pauses, and that does not count.
 */
export function createSubscription(consumer: Consumer, { logger, metrics }: DeliveryOptions): Subscription {
  const { group, broadcast, database } = consumer;
  if (!broadcast && !database) throw new Error(`The consumer ${group} needs a database for its inbox: only a broadcast does without`);
  return { group, broadcast, database, events: [...consumer.handlers.values()].map(({ event }) => event), deliver };

  async function deliver(raw: unknown, tries: Tries): Promise<Outcome> {
    const started = performance.now();
    const outcome = await attempt(raw, tries);
    metrics.time('events_handling_seconds', (performance.now() - started) / 1_000, { consumer: group });
    return outcome;
  }

  async function attempt(raw: unknown, tries: Tries): Promise<Outcome> {
    try {
      const event = readEvent(consumer, raw);
      if (event) await handleEvent(consumer, event);
      metrics.count('events_handled', { consumer: group, outcome: event ? 'handled' : 'skipped' });
      return done;
    } catch (error) {
      return fail(raw, tries, error);
    }
  }

  async function fail(raw: unknown, tries: Tries, error: unknown): Promise<Outcome> {
    const failed = tries.failed + 1;
    if (isPassing(error)) return pause(tries, error);
    if (failed < maximumTries && !(error instanceof UnreadableEvent)) {
      metrics.count('events_handled', { consumer: group, outcome: 'failed' });
      logger.warn('An event was not handled and will be tried again', { consumer: group, eventId: idOf(raw), failed, error });
      return { done: false, wait: withJitter(firstRetry * 4 ** tries.failed), tries: { ...tries, failed } };
    }
    metrics.count('events_handled', { consumer: group, outcome: 'dead' });
    logger.error('An event could not be handled', { consumer: group, eventId: idOf(raw), failed, error });
    if (!database || broadcast) return done;
    try {
      await keepDeadLetter(database, { group, raw, attempts: failed, error });
      return done;
    } catch (keepError) {
      return pause(tries, keepError);
    }
  }

  function pause(tries: Tries, error: unknown): Outcome {
    const wait = withJitter(Math.min(longestPause, firstPause * 2 ** Math.min(tries.paused, 10)));
    metrics.count('events_handled', { consumer: group, outcome: 'paused' });
    logger.warn('A consumer pauses while something it needs is not available', { consumer: group, wait, error });
    return { done: false, wait, tries: { ...tries, paused: tries.paused + 1 } };
  }
}

async function handleEvent(consumer: Consumer, event: ReadableEvent): Promise<void> {
  const { group, database, broadcast, effects, deadline } = consumer;
  if (!database || broadcast) return withDeadline(deadline, (signal) => callHandler(consumer, event, signal));
  if (effects === 'elsewhere') {
    await withDeadline(deadline, (signal) => callHandler(consumer, event, signal));
    return recordDoneRelaxed(database, group, event.envelope.id);
  }
  const handleOnce = (signal: AbortSignal) =>
    database.transaction(async (tx) => {
      if (await recordDone(tx, group, event.envelope.id)) await callHandler(consumer, event, signal, tx);
    }, { signal });
  return withDeadline(deadline, handleOnce);
}

/** Whether the reason is something else being down or overloaded, so that trying again later will do. */
const isPassing = (error: unknown): boolean => isUnreachable(error) || (error instanceof Refusal && (error.kind === 'unavailable' || error.kind === 'limited'));

const withJitter = (milliseconds: number): number => milliseconds * (0.5 + Math.random() / 2);

const idOf = (raw: unknown): unknown => (typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : undefined);

import { Envelope, Refusal } from '@mediamesh/contracts';
import type { Logger, Metrics } from '@mediamesh/observability';
import { type EntityManager, isUnreachable } from '@mediamesh/postgres';
import { withJitter } from '@mediamesh/resilience';
import {
  callHandler,
  type Consumer,
  notAnEvent,
  type ReadableEvent,
  readEvent,
  UnreadableEvent,
  withDeadline,
} from './consumer.js';
import { keepDeadLetter } from './dead-letter-rows.js';
import type { MessageOrigin, Outcome, Subscription, Tries } from './event-bus.js';
import { isDone, recordDone, recordDoneRelaxed } from './inbox.js';

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
 * Wraps every handler, on any bus. An invalid event becomes a dead letter, and so does one that failed in five attempts
 * with exponential backoff. While a dependency of the handler is down, the events of the key wait without counting an
 * attempt.
 */
export function createSubscription(consumer: Consumer, { logger, metrics }: DeliveryOptions): Subscription {
  const { group, broadcast, database } = consumer;
  if (!broadcast && !database)
    throw new Error(`The consumer ${group} needs a database for its inbox: only a broadcast does without`);
  return { group, broadcast, database, events: [...consumer.handlers.values()].map(({ event }) => event), deliver };

  async function deliver(raw: unknown, tries: Tries, origin?: MessageOrigin): Promise<Outcome> {
    const started = performance.now();
    const outcome = await attempt(raw, tries, origin);
    metrics.time('mediamesh_events_handling_seconds', (performance.now() - started) / 1_000, { consumer: group });
    return outcome;
  }

  async function attempt(raw: unknown, tries: Tries, origin?: MessageOrigin): Promise<Outcome> {
    try {
      if (origin?.problem !== undefined) throw notAnEvent(origin.problem);
      const event = readEvent(consumer, raw);
      if (typeof event === 'string') await passOver(raw, origin);
      metrics.count('mediamesh_events_handled', {
        consumer: group,
        outcome: typeof event === 'string' ? event : await handleEvent(consumer, event, origin),
      });
      return done;
    } catch (error) {
      return fail(raw, tries, error, origin);
    }
  }

  /** Records a skipped event as done: it would stay in the group's inbox for ever. */
  async function passOver(raw: unknown, origin?: MessageOrigin): Promise<void> {
    if (database && !broadcast && !origin) await recordDoneRelaxed(database, group, Envelope.parse(raw).id);
  }

  async function fail(raw: unknown, tries: Tries, error: unknown, origin?: MessageOrigin): Promise<Outcome> {
    const failed = tries.failed + 1;
    if (isPassing(error)) return pause(raw, tries, error);
    if (failed < maximumTries && !(error instanceof UnreadableEvent)) {
      metrics.count('mediamesh_events_handled', { consumer: group, outcome: 'failed' });
      logger.warn('An event was not handled; it is retried', {
        consumer: group,
        eventId: idOf(raw),
        failed,
        error,
      });
      return { done: false, wait: withJitter(firstRetry * 4 ** tries.failed), tries: { ...tries, failed } };
    }
    metrics.count('mediamesh_events_handled', { consumer: group, outcome: 'dead' });
    logger.error('An event could not be handled', { consumer: group, eventId: idOf(raw), failed, error });
    if (!database || broadcast) return done;
    try {
      await keepDeadLetter(database, { group, raw, attempts: failed, error, origin });
      return done;
    } catch (keepError) {
      return pause(raw, tries, keepError);
    }
  }

  function pause(raw: unknown, tries: Tries, error: unknown): Outcome {
    const wait = withJitter(Math.min(longestPause, firstPause * 2 ** Math.min(tries.paused, 10)));
    metrics.count('mediamesh_events_handled', { consumer: group, outcome: 'paused' });
    logger.warn('A consumer pauses while something it needs is not available', {
      consumer: group,
      eventId: idOf(raw),
      wait,
      error,
    });
    return { done: false, wait, tries: { ...tries, paused: tries.paused + 1 } };
  }
}

/** `repeated`: an event with this id was handled before. */
async function handleEvent(
  consumer: Consumer,
  event: ReadableEvent,
  origin?: MessageOrigin,
): Promise<'handled' | 'repeated'> {
  const { group, database, broadcast, effects, deadline } = consumer;
  const handle = async (signal: AbortSignal, tx?: EntityManager): Promise<'handled'> => {
    await callHandler(consumer, event, signal, tx);
    return 'handled';
  };
  if (!database || broadcast) return withDeadline(deadline, handle);
  if (effects === 'elsewhere') {
    // a broker delivers an event again when it is published again; without a broker, the inbox rejects the duplicate
    if (origin && (await isDone(database, group, event.envelope.id))) return 'repeated';
    await withDeadline(deadline, handle);
    await recordDoneRelaxed(database, group, event.envelope.id);
    return 'handled';
  }
  const handleOnce = (signal: AbortSignal) =>
    database.transaction(
      async (tx) => ((await recordDone(tx, group, event.envelope.id)) ? handle(signal, tx) : 'repeated'),
      { signal },
    );
  return withDeadline(deadline, handleOnce);
}

/** Whether a dependency is down or overloaded, so that a later attempt may succeed. */
const isPassing = (error: unknown): boolean =>
  isUnreachable(error) || (error instanceof Refusal && (error.kind === 'unavailable' || error.kind === 'limited'));

/** Cut to 100 characters, because it is untrusted input. */
const idOf = (raw: unknown): string | undefined =>
  typeof raw === 'object' && raw !== null && 'id' in raw && typeof raw.id === 'string'
    ? raw.id.slice(0, 100)
    : undefined;

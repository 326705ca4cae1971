import { type AppName, dataschemaOf, Envelope, type EventDefinition } from '@mediamesh/contracts';
import { continueTrace, createContext, runInContext } from '@mediamesh/observability';
import type { Database, EntityManager } from '@mediamesh/postgres';
import { EventContext } from './event-context.js';

/** The parts of a definition that reading an event needs. */
export type ConsumedEvent = Pick<EventDefinition, 'type' | 'version' | 'topic' | 'payload'>;

/**
 * Why a group does not handle an event: it does not consume the type, or the same event also comes in the version that
 * it reads.
 */
export type PassedOver = 'unwanted' | 'other_version';

/**
 * Where a handler's effects are. `database`: it writes with `context.tx`, in one transaction with the record that the
 * event is done, so the effect happens once. `elsewhere`: the record follows the effect, so the handler must be
 * idempotent.
 */
export type Effects = 'database' | 'elsewhere';

/** Called with the parsed payload; an error means that the event was not handled. */
export type HandleEvent = (payload: unknown, context: EventContext) => Promise<void>;

/** One group of an app and its handlers, one for each type of event. */
export interface Consumer {
  readonly app: AppName;
  readonly group: string;
  readonly effects: Effects;
  readonly broadcast: boolean;
  readonly database: Database | undefined;
  /** Milliseconds after which a handler has failed. */
  readonly deadline: number;
  readonly handlers: ReadonlyMap<string, { readonly event: ConsumedEvent; readonly handle: HandleEvent }>;
}

/** An event that may be handled. */
export interface ReadableEvent {
  readonly envelope: Envelope;
  readonly payload: unknown;
  readonly handle: HandleEvent;
}

/** Why an event cannot be read, now or at any later time. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

export const notAnEvent = (problem: string): UnreadableEvent =>
  new UnreadableEvent(`The message is not an event: ${problem}`);

/** Checks what came against the envelope's and the event's schemas. */
export function readEvent(consumer: Consumer, raw: unknown): ReadableEvent | PassedOver {
  const parsed = Envelope.safeParse(raw);
  if (!parsed.success) throw new UnreadableEvent(`The envelope is not valid: ${parsed.error.message}`);
  const envelope = parsed.data;
  const handler = consumer.handlers.get(envelope.type);
  if (!handler) return 'unwanted';
  const expected = dataschemaOf(handler.event);
  // without that promise of the publisher the event would be lost (ADR 21)
  if (envelope.dataschema !== expected && envelope.versions?.split(',').includes(String(handler.event.version)))
    return 'other_version';
  if (envelope.dataschema !== expected)
    throw new UnreadableEvent(`Its version is ${envelope.dataschema}, this consumer reads ${expected}`);
  const payload = handler.event.payload.safeParse(envelope.data);
  if (!payload.success) throw new UnreadableEvent(`The payload is not valid: ${payload.error.message}`);
  return { envelope, payload: payload.data, handle: handler.handle };
}

/** Calls the handler within its deadline, in a context that continues the event's trace and acts as the app. */
export async function callHandler(
  consumer: Consumer,
  event: ReadableEvent,
  signal: AbortSignal,
  tx?: EntityManager,
): Promise<void> {
  const context = createContext({
    requestId: event.envelope.id,
    trace: continueTrace(event.envelope.traceparent),
    caller: { kind: 'service', name: consumer.app },
    deadline: Date.now() + consumer.deadline,
  });
  await runInContext(context, () =>
    event.handle(
      event.payload,
      new EventContext(event.envelope, signal, consumer.effects === 'database' ? tx : undefined),
    ),
  );
}

/**
 * Runs work for at most `deadline` milliseconds. Then its signal is aborted and its result ignored.
 */
export async function withDeadline<T>(deadline: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new Error(`It was not handled within ${deadline} ms`);
    controller.abort(error);
    expired.reject(error);
  }, deadline);
  try {
    return await Promise.race([work(controller.signal), expired.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Where the handlers of an app are found: its transport. */
export interface Consumers {
  consumer(group: string): Consumer | undefined;
}

import { type AppName, dataschemaOf, Envelope, type EventDefinition } from '@mediamesh/contracts';
import { continueTrace, createContext, runInContext } from '@mediamesh/observability';
import type { Database, EntityManager } from '@mediamesh/postgres';
import { EventContext } from './event-context.js';

export type ConsumedEvent = Pick<EventDefinition, 'type' | 'version' | 'topic' | 'payload'>;

/** Why a group skips an event: it does not consume the type, or the event is also published in the version it reads. */
export type PassedOver = 'unwanted' | 'other_version';

/**
 * Where a handler's effects are. `database`: it writes with `context.tx`, in the transaction that records the event as
 * done. `elsewhere`: the event is recorded as done after the effect, so the handler must be idempotent.
 */
export type Effects = 'database' | 'elsewhere';

/** Called with the parsed payload. A rejection means that the event was not handled. */
export type HandleEvent = (payload: unknown, context: EventContext) => Promise<void>;

export interface Consumer {
  readonly app: AppName;
  readonly group: string;
  readonly effects: Effects;
  readonly broadcast: boolean;
  readonly database: Database | undefined;
  /** Milliseconds a handler may take. */
  readonly deadline: number;
  readonly handlers: ReadonlyMap<string, { readonly event: ConsumedEvent; readonly handle: HandleEvent }>;
}

export interface ReadableEvent {
  readonly envelope: Envelope;
  readonly payload: unknown;
  readonly handle: HandleEvent;
}

/** The event is invalid, so no retry can succeed. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

export const notAnEvent = (problem: string): UnreadableEvent =>
  new UnreadableEvent(`The message is not an event: ${problem}`);

/** Validates a message against the schemas of the envelope and the event. Throws {@link UnreadableEvent}. */
export function readEvent(consumer: Consumer, raw: unknown): ReadableEvent | PassedOver {
  const parsed = Envelope.safeParse(raw);
  if (!parsed.success) throw new UnreadableEvent(`The envelope is not valid: ${parsed.error.message}`);
  const envelope = parsed.data;
  const handler = consumer.handlers.get(envelope.type);
  if (!handler) return 'unwanted';
  const expected = dataschemaOf(handler.event);
  // only if the publisher also publishes the version read here; otherwise the event would be lost (ADR 21)
  if (envelope.dataschema !== expected && envelope.versions?.split(',').includes(String(handler.event.version)))
    return 'other_version';
  if (envelope.dataschema !== expected)
    throw new UnreadableEvent(`Its version is ${envelope.dataschema}, this consumer reads ${expected}`);
  const payload = handler.event.payload.safeParse(envelope.data);
  if (!payload.success) throw new UnreadableEvent(`The payload is not valid: ${payload.error.message}`);
  return { envelope, payload: payload.data, handle: handler.handle };
}

/** Calls the handler in a context that continues the event's trace, has the app as caller and carries the deadline. */
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

/** Runs work for at most `deadline` milliseconds. Then it aborts the signal, rejects and ignores the work's result. */
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

export interface Consumers {
  consumer(group: string): Consumer | undefined;
}

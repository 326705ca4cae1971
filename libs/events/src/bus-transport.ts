import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { AppName } from '@mediamesh/contracts';
import type { Logger, Metrics } from '@mediamesh/observability';
import type { Database } from '@mediamesh/postgres';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Consumer, Consumers, HandleEvent } from './consumer.js';
import type { ConsumesExtras } from './consumes.js';
import { countDeadLetters } from './dead-letter-rows.js';
import { createSubscription } from './delivery.js';
import type { EventBus } from './event-bus.js';

export interface BusTransportOptions {
  readonly app: AppName;
  readonly bus: EventBus;
  /** The app's database with its inbox and dead letters. An app with broadcast consumers only has none. */
  readonly database?: Database | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Milliseconds a handler may take; 30 s by default. */
  readonly deadline?: number;
}

type OwnConsumer = Consumer & {
  readonly handlers: Map<string, { event: ConsumesExtras['event']; handle: HandleEvent }>;
};

/**
 * The bus as a Nest transport, which subscribes an app's `@Consumes` methods. Use it with `inheritAppConfig: true`. The
 * owner of the bus starts and closes it.
 */
export class BusTransport extends Server implements CustomTransportStrategy, Consumers {
  override readonly propagatesEventHandlerErrors = true;
  private readonly options: BusTransportOptions;
  private readonly consumers = new Map<string, OwnConsumer>();

  constructor(options: BusTransportOptions) {
    super();
    this.options = options;
  }

  consumer(group: string): Consumer | undefined {
    return this.consumers.get(group);
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    if (!isEventHandler || !isConsumes(extras))
      throw new Error(`${String(pattern)} must be declared with @Consumes: the bus carries nothing else`);
    const { event, consumer: name, effects, broadcast } = extras;
    const { app, database, deadline = 30_000 } = this.options;
    const group = `${app}.${name}`;
    const consumer: OwnConsumer = this.consumers.get(group) ?? {
      app,
      group,
      effects,
      broadcast,
      database,
      deadline,
      handlers: new Map(),
    };
    if (consumer.effects !== effects || consumer.broadcast !== broadcast)
      throw new Error(`The handlers of ${group} differ in effects or broadcast`);
    if (consumer.handlers.has(event.type)) throw new Error(`${group} consumes ${event.type} twice`);
    consumer.handlers.set(event.type, { event, handle: untilSettled(callback) });
    this.consumers.set(group, consumer);
  }

  listen(callback: (error?: unknown) => void): void {
    const { bus, database, logger, metrics } = this.options;
    try {
      for (const consumer of this.consumers.values()) {
        bus.subscribe(createSubscription(consumer, { logger, metrics }));
        if (!consumer.broadcast)
          metrics.observe('mediamesh_events_waiting', () => bus.countWaiting(consumer.group), {
            consumer: consumer.group,
          });
      }
      metrics.observe('mediamesh_events_bus_connected', () => Number(bus.connected));
      if (database && this.consumers.size > 0)
        metrics.observe('mediamesh_dead_letters', () => countDeadLetters(database));
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** The bus itself is drained by its owner, who closes it before the apps. */
  close(): void {
    this.consumers.clear();
  }

  on(event: string): never {
    throw new Error(`The bus has no event ${event}`);
  }

  unwrap<T>(): T {
    return this.options.bus as T;
  }
}

const isConsumes = (extras: Record<string, unknown>): extras is Record<string, unknown> & ConsumesExtras =>
  'event' in extras && 'consumer' in extras;

/** Nest returns a promise of a value or of an observable; this waits for both. */
const untilSettled =
  (callback: MessageHandler): HandleEvent =>
  async (payload, context) => {
    const result: unknown = await callback(payload, context);
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  };

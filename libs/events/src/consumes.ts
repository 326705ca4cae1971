import { applyDecorators, Catch, type RpcExceptionFilter, SetMetadata, UseFilters } from '@nestjs/common';
import { EventPattern, Payload as NestPayload } from '@nestjs/microservices';
import type { EventDefinition, Payload as PayloadOf } from '@mediamesh/contracts';
import { type Observable, throwError } from 'rxjs';
import type { z } from 'zod';
import type { ConsumedEvent, Effects } from './consumer.js';
import type { EventContext } from './event-context.js';

export interface ConsumesOptions {
  /** Names the group together with the app: `indexing` of search-service is `search-service.indexing`. */
  readonly consumer: string;
  /** `database` unless said otherwise. The same for all handlers of a consumer. */
  readonly effects?: Effects;
  /** Each instance hears everything, from now on, without a promise: for caches. */
  readonly broadcast?: boolean;
}

/** What `@Consumes` tells the transport about a handler. */
export interface ConsumesExtras extends Required<ConsumesOptions> {
  readonly event: ConsumedEvent;
}

const consumesKey = 'mediamesh:consumes';

/** Nest would hide a handler's error behind "Internal server error"; retries and dead letters need the error itself. */
@Catch()
class RethrowError implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

type Handler<P extends z.ZodType> = (payload: z.output<P>, context: EventContext) => Promise<void> | void;

export { Ctx } from '@nestjs/microservices';

/** The event's payload as a consumer's parameter, parsed by the event's schema: its decorator and its type. */
export const Payload = NestPayload;
export type Payload<E extends EventDefinition> = PayloadOf<E>;

/**
 * Makes a controller's method a consumer of an event:
 * `(@Payload() payload: Payload<typeof event>, @Ctx() context: EventContext)`.
 * Methods with one `consumer` are one group and see the events of a key in order; different consumers are independent.
 */
export function Consumes<P extends z.ZodType>(
  event: EventDefinition<P>,
  { consumer, effects = 'database', broadcast = false }: ConsumesOptions,
): <H extends Handler<P>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<H>) => void {
  const extras: ConsumesExtras = { event, consumer, effects, broadcast };
  return applyDecorators(
    EventPattern<string>(event.type, extras),
    SetMetadata(consumesKey, extras),
    UseFilters(RethrowError),
  );
}

/** The consumers a controller declares, each handler once, without making the controller. */
export function listConsumers(controller: abstract new (...args: never) => object): readonly ConsumesExtras[] {
  const { prototype } = controller;
  return Object.getOwnPropertyNames(prototype).flatMap((name): ConsumesExtras[] => {
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    const extras: unknown = typeof method === 'function' ? Reflect.getMetadata(consumesKey, method) : undefined;
    return extras === undefined ? [] : [extras as ConsumesExtras];
  });
}

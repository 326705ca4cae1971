import { applyDecorators, Catch, type RpcExceptionFilter, SetMetadata, UseFilters } from '@nestjs/common';
import { EventPattern, Payload as NestPayload } from '@nestjs/microservices';
import type { EventDefinition, Payload as PayloadOf } from '@mediamesh/contracts';
import { type Observable, throwError } from 'rxjs';
import type { z } from 'zod';
import type { ConsumedEvent, Effects } from './consumer.js';
import type { EventContext } from './event-context.js';

export interface ConsumesOptions {
  /** Forms the group's name together with the app: `indexing` in search-service is `search-service.indexing`. */
  readonly consumer: string;
  /** `database` by default. The same for all handlers of a consumer. */
  readonly effects?: Effects;
  /** Every instance gets every event published while it runs, at most once. For caches. */
  readonly broadcast?: boolean;
}

export interface ConsumesExtras extends Required<ConsumesOptions> {
  readonly event: ConsumedEvent;
}

const consumesKey = 'mediamesh:consumes';

/** Nest would send "Internal server error" instead of the error itself, which retries and dead letters need. */
@Catch()
class RethrowError implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

type Handler<P extends z.ZodType> = (payload: z.output<P>, context: EventContext) => Promise<void> | void;

export { Ctx } from '@nestjs/microservices';

/** Decorator and type of a consumer's payload parameter, which is parsed by the event's schema. */
export const Payload = NestPayload;
export type Payload<E extends EventDefinition> = PayloadOf<E>;

/**
 * Makes a controller's method a consumer of an event:
 * `(@Payload() payload: Payload<typeof event>, @Ctx() context: EventContext)`. Methods with the same `consumer` form a
 * group, which gets the events of a key in order. Groups are independent.
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

/** The handlers that a controller class declares. */
export function listConsumers(controller: abstract new (...args: never) => object): readonly ConsumesExtras[] {
  const { prototype } = controller;
  return Object.getOwnPropertyNames(prototype).flatMap((name): ConsumesExtras[] => {
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    const extras: unknown = typeof method === 'function' ? Reflect.getMetadata(consumesKey, method) : undefined;
    return extras === undefined ? [] : [extras as ConsumesExtras];
  });
}

import type { IncomingMessage } from 'node:http';
import { type Caller, type Endpoint, endpointKey, type ImplementedEndpoint } from '@mediamesh/contracts';
import { type ExecutionContext, SetMetadata } from '@nestjs/common';

const accessKey = 'mediamesh:access';

/** Who may call a handler, and under which limit. */
export type AccessRule = Pick<Endpoint, 'roles' | 'limit' | 'open'>;

/** Says who may call a handler that implements no endpoint, such as a resolver of GraphQL. Without it nobody may. */
export const Access = (rule: AccessRule): MethodDecorator => SetMetadata(accessKey, rule);

/** The rule of a handler: its endpoint's, or what {@link Access} says. */
export function accessOf(context: ExecutionContext): AccessRule | undefined {
  const handler = context.getHandler();
  const implemented = Reflect.getMetadata(endpointKey, handler) as ImplementedEndpoint | undefined;
  return implemented?.endpoint ?? (Reflect.getMetadata(accessKey, handler) as AccessRule | undefined);
}

/** A request as the guards find and leave it (Fastify's). */
export interface GuardedRequest {
  readonly raw: Pick<IncomingMessage, 'headers' | 'rawHeaders'>;
  readonly body?: unknown;
  /** Set by the access guard. */
  caller?: Caller;
}

/**
 * The request behind a handler's call: that of a route, or the `req` in the context of a GraphQL resolver, which is the
 * third of its arguments. `undefined` for every other kind of call.
 */
export function requestOf(context: ExecutionContext): GuardedRequest | undefined {
  const type = context.getType<string>();
  if (type === 'http') return context.switchToHttp().getRequest<GuardedRequest>();
  return type === 'graphql' ? context.getArgByIndex<{ readonly req?: GuardedRequest } | undefined>(2)?.req : undefined;
}

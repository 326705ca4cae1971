import type { IncomingMessage } from 'node:http';
import { type Caller, type Endpoint, endpointKey, type ImplementedEndpoint } from '@mediamesh/contracts';
import { type ExecutionContext, SetMetadata } from '@nestjs/common';

const accessKey = 'mediamesh:access';

export type AccessRule = Pick<Endpoint, 'roles' | 'limit' | 'open'>;

/** Sets the rule of a handler without an endpoint, such as a GraphQL resolver. Without a rule, nobody may call it. */
export const Access = (rule: AccessRule): MethodDecorator => SetMetadata(accessKey, rule);

/** The rule of a handler: its endpoint's, or that of {@link Access}. */
export function accessOf(context: ExecutionContext): AccessRule | undefined {
  const handler = context.getHandler();
  const implemented = Reflect.getMetadata(endpointKey, handler) as ImplementedEndpoint | undefined;
  return implemented?.endpoint ?? (Reflect.getMetadata(accessKey, handler) as AccessRule | undefined);
}

/** A Fastify request, as the guards use it. */
export interface GuardedRequest {
  readonly raw: Pick<IncomingMessage, 'headers' | 'rawHeaders'>;
  readonly body?: unknown;
  /** Set by the access guard. */
  caller?: Caller;
}

/** The request of a route or a GraphQL resolver, whose third argument is the context; else `undefined`. */
export function requestOf(context: ExecutionContext): GuardedRequest | undefined {
  const type = context.getType<string>();
  if (type === 'http') return context.switchToHttp().getRequest<GuardedRequest>();
  return type === 'graphql' ? context.getArgByIndex<{ readonly req?: GuardedRequest } | undefined>(2)?.req : undefined;
}

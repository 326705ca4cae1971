import type { Readable } from 'node:stream';
import {
  type Answer,
  type Api,
  endpointKey,
  type Endpoint,
  type ImplementedEndpoint,
  type Input,
  successStatus,
} from '@mediamesh/contracts';
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { ServiceAnswer } from './service-answer.js';
import { parseInput } from './input.js';
import type { Redirect } from './redirect.js';

const methods = {
  GET: RequestMethod.GET,
  POST: RequestMethod.POST,
  PUT: RequestMethod.PUT,
  PATCH: RequestMethod.PATCH,
  DELETE: RequestMethod.DELETE,
} as const;

/** The answer (a stream for bytes), a service's answer to forward, or a redirect. */
export type HandlerResult<E extends Endpoint> =
  (E extends { readonly bytes: 'out' | 'both' } ? Readable : Answer<E>) | ServiceAnswer | Redirect;

/**
 * Makes a method the only implementation of an endpoint: its route, its status, and the metadata for guards, limits and
 * the start-up check. The method takes {@link In}.
 */
export function Implements<A extends Api, K extends keyof A['endpoints'] & string>(api: A, name: K) {
  const endpoint = api.endpoints[name] as A['endpoints'][K] & Endpoint;
  const implemented: ImplementedEndpoint = { api, name, endpoint };
  const decorate = applyDecorators(
    RequestMapping({ method: methods[endpoint.method], path: api.base + endpoint.path }),
    HttpCode(successStatus(endpoint)),
    SetMetadata(endpointKey, implemented),
    RouteConfig({ implemented }),
  );
  return <
    T extends (...input: never[]) => Promise<HandlerResult<A['endpoints'][K]>> | HandlerResult<A['endpoints'][K]>,
  >(
    target: object,
    property: string,
    descriptor: TypedPropertyDescriptor<T>,
  ): void => {
    decorate(target, property, descriptor as TypedPropertyDescriptor<unknown>);
  };
}

/** The parsed input of the endpoint. @throws Refusal 422 with pointers when it is invalid */
export const In = createParamDecorator((_: unknown, context: ExecutionContext): Input<Endpoint> => {
  const implemented = implementedBy(context);
  if (!implemented) throw new Error(`${context.getClass().name}.${context.getHandler().name} implements no endpoint`);
  return parseInput(implemented.endpoint, context.switchToHttp().getRequest<FastifyRequest>());
});

export const implementedBy = (context: ExecutionContext): ImplementedEndpoint | undefined =>
  Reflect.getMetadata(endpointKey, context.getHandler()) as ImplementedEndpoint | undefined;

/** For typing a handler's input: `Input<Endpoints<typeof api>['createProgram']>`. */
export type Endpoints<A extends Api> = A['endpoints'];

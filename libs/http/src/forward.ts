import type { Api, Call, Endpoint, Input } from '@mediamesh/contracts';
import { Controller, type NestInterceptor, Req, type Type, UseInterceptors } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Client, Clients, streamOf } from './client.js';
import type { ServiceAnswer } from './service-answer.js';
import { Implements, In } from './implements.js';

type SharedName<G extends Api, S extends Api> = keyof G['endpoints'] & keyof S['endpoints'];

type Misfit<G extends Api, S extends Api> = {
  [K in SharedName<G, S>]: Input<G['endpoints'][K]> extends Call<S['endpoints'][K]> ? never : K;
}[SharedName<G, S>];

/** The service's contract. Does not compile when an endpoint cannot be forwarded. */
type Fitting<G extends Api, S extends Api> = S &
  ([Misfit<G, S>] extends [never] ? unknown : { readonly cannotForward: Misfit<G, S> });

/**
 * Forwards the endpoints that both contracts name alike. Byte streams and answers pass through unparsed. Endpoints that
 * need more are methods of other controllers.
 */
export function forward<G extends Api, S extends Api>(
  gateway: G,
  service: Fitting<G, S>,
  ...interceptors: readonly Type<NestInterceptor>[]
): Type {
  @Controller()
  @UseInterceptors(...interceptors)
  class ForwardingController {
    readonly client: Client<Api>;

    constructor(clients: Clients) {
      this.client = clients.of<Api>(service);
    }
  }
  const { prototype } = ForwardingController;
  for (const name of Object.keys(gateway.endpoints).filter((one) => one in service.endpoints)) {
    const method = {
      value(this: ForwardingController, input: Input<Endpoint>, request: FastifyRequest): Promise<ServiceAnswer> {
        return this.client.forward(name, input as Call<Endpoint>, streamOf(request));
      },
    };
    Object.defineProperty(prototype, name, method);
    Implements<Api, string>(gateway, name)(prototype, name, method);
    In()(prototype, name, 0);
    Req()(prototype, name, 1);
  }
  return ForwardingController;
}

import { discoveryMediaApi, type Input, mediaServiceApi } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type ServiceAnswer, Implements, In } from '@mediamesh/http';
import { Controller, Req, UseInterceptors } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CacheHeaders } from '../caching/cache-headers.interceptor.js';

/** Range and conditional request headers, which media-service evaluates. */
const handedOn = ['range', 'if-range', 'if-none-match', 'if-modified-since'] as const;

@Controller()
@UseInterceptors(CacheHeaders)
export class MediaController {
  private readonly media: Client<typeof mediaServiceApi>;

  constructor(clients: Clients) {
    this.media = clients.of(mediaServiceApi);
  }

  @Implements(discoveryMediaApi, 'readFile')
  read(
    @In() call: Input<Endpoints<typeof discoveryMediaApi>['readFile']>,
    @Req() request: FastifyRequest,
  ): Promise<ServiceAnswer> {
    const headers = Object.fromEntries(handedOn.map((name) => [name, request.headers[name]?.toString()]));
    return this.media.forward(
      'readFile',
      { params: call.params },
      { streamAnswer: true, headers, ...(request.method === 'HEAD' && { method: 'HEAD' }) },
    );
  }
}

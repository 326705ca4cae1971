import { discoveryGatewayApi, discoveryServiceApi, type Input } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type Forwarded, Implements, In } from '@mediamesh/http';
import { Controller, UseInterceptors } from '@nestjs/common';
import { CacheHeaders } from '../caching/cache-headers.interceptor.js';

@Controller()
@UseInterceptors(CacheHeaders)
export class EpisodesController {
  private readonly discovery: Client<typeof discoveryServiceApi>;

  constructor(clients: Clients) {
    this.discovery = clients.of(discoveryServiceApi);
  }

  @Implements(discoveryGatewayApi, 'getEpisode')
  get(@In() call: Input<Endpoints<typeof discoveryGatewayApi>['getEpisode']>): Promise<Forwarded> {
    return this.discovery.forward('getEpisode', call);
  }
}

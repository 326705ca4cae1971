import { discoveryGatewayApi, discoveryServiceApi, type Input } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type Forwarded, Implements, In } from '@mediamesh/http';
import { Controller, UseInterceptors } from '@nestjs/common';
import { CacheHeaders } from '../caching/cache-headers.interceptor.js';

@Controller()
@UseInterceptors(CacheHeaders)
export class SearchController {
  private readonly discovery: Client<typeof discoveryServiceApi>;

  constructor(clients: Clients) {
    this.discovery = clients.of(discoveryServiceApi);
  }

  @Implements(discoveryGatewayApi, 'search')
  search(@In() call: Input<Endpoints<typeof discoveryGatewayApi>['search']>): Promise<Forwarded> {
    return this.discovery.forward('search', call);
  }

  @Implements(discoveryGatewayApi, 'suggest')
  suggest(@In() call: Input<Endpoints<typeof discoveryGatewayApi>['suggest']>): Promise<Forwarded> {
    return this.discovery.forward('suggest', call);
  }
}

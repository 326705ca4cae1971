import { discoveryGatewayApi, discoveryServiceApi, type Input } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type Forwarded, Implements, In } from '@mediamesh/http';
import { Controller, UseInterceptors } from '@nestjs/common';
import { CacheHeaders } from '../caching/cache-headers.interceptor.js';

type Api = Endpoints<typeof discoveryGatewayApi>;

@Controller()
@UseInterceptors(CacheHeaders)
export class ProgramsController {
  private readonly discovery: Client<typeof discoveryServiceApi>;

  constructor(clients: Clients) {
    this.discovery = clients.of(discoveryServiceApi);
  }

  @Implements(discoveryGatewayApi, 'listPrograms')
  list(@In() call: Input<Api['listPrograms']>): Promise<Forwarded> {
    return this.discovery.forward('listPrograms', call);
  }

  @Implements(discoveryGatewayApi, 'getProgram')
  get(@In() call: Input<Api['getProgram']>): Promise<Forwarded> {
    return this.discovery.forward('getProgram', call);
  }

  @Implements(discoveryGatewayApi, 'listEpisodes')
  listEpisodes(@In() call: Input<Api['listEpisodes']>): Promise<Forwarded> {
    return this.discovery.forward('listEpisodes', call);
  }
}

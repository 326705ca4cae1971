import { cmsOpsApi, type Input, searchServiceApi } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type Forwarded, Implements, In } from '@mediamesh/http';
import { Controller } from '@nestjs/common';

type Api = Endpoints<typeof cmsOpsApi>;

/** Building the search index anew. */
@Controller()
export class ReindexesController {
  private readonly search: Client<typeof searchServiceApi>;

  constructor(clients: Clients) {
    this.search = clients.of(searchServiceApi);
  }

  @Implements(cmsOpsApi, 'startReindex')
  start(@In() input: Input<Api['startReindex']>): Promise<Forwarded> {
    return this.search.forward('startReindex', input);
  }

  @Implements(cmsOpsApi, 'listReindexes')
  list(@In() input: Input<Api['listReindexes']>): Promise<Forwarded> {
    return this.search.forward('listReindexes', input);
  }

  @Implements(cmsOpsApi, 'getReindex')
  get(@In() input: Input<Api['getReindex']>): Promise<Forwarded> {
    return this.search.forward('getReindex', input);
  }
}

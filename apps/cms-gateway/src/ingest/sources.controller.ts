import { cmsIngestApi, ingestServiceApi, type Input } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type Forwarded, Implements, In } from '@mediamesh/http';
import { Controller } from '@nestjs/common';

type Api = Endpoints<typeof cmsIngestApi>;

/** Where content is imported from. */
@Controller()
export class SourcesController {
  private readonly ingest: Client<typeof ingestServiceApi>;

  constructor(clients: Clients) {
    this.ingest = clients.of(ingestServiceApi);
  }

  @Implements(cmsIngestApi, 'listSources')
  list(@In() input: Input<Api['listSources']>): Promise<Forwarded> {
    return this.ingest.forward('listSources', input);
  }

  @Implements(cmsIngestApi, 'createSource')
  create(@In() input: Input<Api['createSource']>): Promise<Forwarded> {
    return this.ingest.forward('createSource', input);
  }

  @Implements(cmsIngestApi, 'getSource')
  get(@In() input: Input<Api['getSource']>): Promise<Forwarded> {
    return this.ingest.forward('getSource', input);
  }

  @Implements(cmsIngestApi, 'deleteSource')
  delete(@In() input: Input<Api['deleteSource']>): Promise<Forwarded> {
    return this.ingest.forward('deleteSource', input);
  }
}

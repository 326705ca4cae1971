import { cmsIngestApi, ingestServiceApi, type Input } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type Forwarded, Implements, In, streamOf } from '@mediamesh/http';
import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

type Api = Endpoints<typeof cmsIngestApi>;

/** Runs of sources, and what became of each item. */
@Controller()
export class RunsController {
  private readonly ingest: Client<typeof ingestServiceApi>;

  constructor(clients: Clients) {
    this.ingest = clients.of(ingestServiceApi);
  }

  @Implements(cmsIngestApi, 'listRuns')
  list(@In() input: Input<Api['listRuns']>): Promise<Forwarded> {
    return this.ingest.forward('listRuns', input);
  }

  @Implements(cmsIngestApi, 'getRun')
  get(@In() input: Input<Api['getRun']>): Promise<Forwarded> {
    return this.ingest.forward('getRun', input);
  }

  @Implements(cmsIngestApi, 'listRunItems')
  items(@In() input: Input<Api['listRunItems']>): Promise<Forwarded> {
    return this.ingest.forward('listRunItems', input);
  }

  /** The body, where there is one, is the feed itself. */
  @Implements(cmsIngestApi, 'startRun')
  start(@In() input: Input<Api['startRun']>, @Req() request: FastifyRequest): Promise<Forwarded> {
    return this.ingest.forward('startRun', input, streamOf(request));
  }
}

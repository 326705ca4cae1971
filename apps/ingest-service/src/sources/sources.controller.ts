import { type Caller, ingestServiceApi, type Input, type Page, type Source } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { CalledBy } from '@mediamesh/security';
import { Controller } from '@nestjs/common';
import { SourcesService } from './sources.service.js';

type Api = Endpoints<typeof ingestServiceApi>;

@Controller()
export class SourcesController {
  constructor(private readonly sources: SourcesService) {}

  @Implements(ingestServiceApi, 'listSources')
  list(@In() { query }: Input<Api['listSources']>): Promise<Page<Source>> {
    return this.sources.list(query);
  }

  @Implements(ingestServiceApi, 'createSource')
  create(@In() { body }: Input<Api['createSource']>, @CalledBy() caller: Caller): Promise<Source> {
    return this.sources.create(body, caller);
  }

  @Implements(ingestServiceApi, 'getSource')
  get(@In() { params }: Input<Api['getSource']>): Promise<Source> {
    return this.sources.get(params.id);
  }

  @Implements(ingestServiceApi, 'deleteSource')
  remove(@In() { params, ifMatch }: Input<Api['deleteSource']>): Promise<void> {
    return this.sources.remove(params.id, ifMatch);
  }
}

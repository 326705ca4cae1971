import { type Caller, callerLabel, type Input, type Page, type Reindex, searchServiceApi } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { CalledBy } from '@mediamesh/security';
import { Controller } from '@nestjs/common';
import { RebuildsService } from './rebuilds.service.js';

type Api = Endpoints<typeof searchServiceApi>;

@Controller()
export class RebuildsController {
  constructor(private readonly rebuilds: RebuildsService) {}

  @Implements(searchServiceApi, 'startReindex')
  start(@CalledBy() caller: Caller): Promise<Reindex> {
    return this.rebuilds.request(callerLabel(caller));
  }

  @Implements(searchServiceApi, 'listReindexes')
  list(@In() { query }: Input<Api['listReindexes']>): Promise<Page<Reindex>> {
    return this.rebuilds.list(query);
  }

  @Implements(searchServiceApi, 'getReindex')
  get(@In() { params }: Input<Api['getReindex']>): Promise<Reindex> {
    return this.rebuilds.get(params.id);
  }
}

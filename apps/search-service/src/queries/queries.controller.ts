import { type Answer, type Input, searchServiceApi } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { Controller, UseGuards } from '@nestjs/common';
import { FilledIndexGuard } from '../rebuilds/filled-index.guard.js';
import { QueriesService } from './queries.service.js';

type Search = Endpoints<typeof searchServiceApi>['search'];
type Suggest = Endpoints<typeof searchServiceApi>['suggest'];

@Controller()
@UseGuards(FilledIndexGuard)
export class QueriesController {
  constructor(private readonly queries: QueriesService) {}

  @Implements(searchServiceApi, 'search')
  search(@In() { query }: Input<Search>): Promise<Answer<Search>> {
    return this.queries.search(query);
  }

  @Implements(searchServiceApi, 'suggest')
  suggest(@In() { query }: Input<Suggest>): Promise<Answer<Suggest>> {
    return this.queries.suggest(query);
  }
}

import { type Answer, type Input, searchServiceApi } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { Controller, Inject } from '@nestjs/common';
import { QueriesService } from './queries.service.js';

type Search = Endpoints<typeof searchServiceApi>['search'];

@Controller()
export class QueriesController {
  constructor(@Inject(QueriesService) private readonly queries: QueriesService) {}

  @Implements(searchServiceApi, 'search')
  search(@In() { query }: Input<Search>): Promise<Answer<Search>> {
    return this.queries.search(query);
  }
}

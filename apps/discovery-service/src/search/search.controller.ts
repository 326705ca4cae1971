import { type Answer, discoveryServiceApi, type Input } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { currentContext } from '@mediamesh/observability';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { sayLanguage } from '../browse/content-language.js';
import { SearchService } from './search.service.js';
import { SuggestionsService } from './suggestions.service.js';

type Endpoint = Endpoints<typeof discoveryServiceApi>['search'];
type Suggest = Endpoints<typeof discoveryServiceApi>['suggest'];

@Controller()
export class SearchController {
  constructor(
    private readonly searches: SearchService,
    private readonly suggestions: SuggestionsService,
  ) {}

  @Implements(discoveryServiceApi, 'search')
  async search(
    @In() { query }: Input<Endpoint>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Endpoint>> {
    const result = await this.searches.search(query, currentContext()?.acceptLanguage);
    sayLanguage(
      reply,
      result.items.map((hit) => (hit.kind === 'program' ? hit.program : hit.episode)),
    );
    return result;
  }

  @Implements(discoveryServiceApi, 'suggest')
  async suggest(
    @In() { query }: Input<Suggest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Suggest>> {
    const result = await this.suggestions.suggest(query);
    sayLanguage(reply, result.items);
    return result;
  }
}

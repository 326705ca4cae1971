import { type Answer, type Input, invalid, searchServiceApi } from '@mediamesh/contracts';
import { Cursors, type Endpoints } from '@mediamesh/http';
import { Injectable } from '@nestjs/common';
import { IndexState } from '../rebuilds/index-state.js';
import { PlaceExpired, type Place, SearchIndex } from '../search-index/search-index.js';

type Search = Endpoints<typeof searchServiceApi>['search'];
type Suggest = Endpoints<typeof searchServiceApi>['suggest'];

@Injectable()
export class QueriesService {
  constructor(
    private readonly index: SearchIndex,
    private readonly cursors: Cursors,
    private readonly state: IndexState,
  ) {}

  /** One page, best first. The cursor of an expired list is a 422 `cursor.expired`. */
  async search({ q, cursor, limit, facets, ...filters }: Input<Search>['query']): Promise<Answer<Search>> {
    const { kind, type, category, language } = filters;
    const scope = ['search', q, kind, type, category, language];
    const after = this.cursors.read(scope, cursor) as Place | undefined;
    try {
      const page = await this.index.search({ text: q, filters, limit, after, facets: facets === 'true' });
      await this.state.requireKnown(page.generation);
      return {
        items: [...page.hits],
        total: page.total,
        facets: page.facets ?? null,
        didYouMean: page.didYouMean ?? null,
        next: page.next ? this.cursors.write(scope, page.next) : null,
      };
    } catch (error) {
      if (error instanceof PlaceExpired) throw invalid({ pointer: '/query/cursor', code: 'cursor.expired' });
      throw error;
    }
  }

  /** Titles that complete the text; none for a text without words. */
  async suggest({ q, language, limit }: Input<Suggest>['query']): Promise<Answer<Suggest>> {
    const { titles, generation } = await this.index.suggest(q, { language, limit });
    await this.state.requireKnown(generation);
    return { items: [...titles] };
  }
}

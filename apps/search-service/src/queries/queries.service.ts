import { type Answer, type Input, invalid, searchServiceApi } from '@mediamesh/contracts';
import { Cursors, type Endpoints } from '@mediamesh/http';
import { Injectable } from '@nestjs/common';
import { IndexState } from '../rebuilds/index-state.js';
import { PlaceExpired, type Place, SearchIndex } from '../search-index/search-index.js';

type Search = Endpoints<typeof searchServiceApi>['search'];
type Suggest = Endpoints<typeof searchServiceApi>['suggest'];

/** Answers word queries, and what is typed of them. */
@Injectable()
export class QueriesService {
  constructor(
    private readonly index: SearchIndex,
    private readonly cursors: Cursors,
    private readonly state: IndexState,
  ) {}

  /**
   * One page, best first. A text without words finds nothing; a cursor of a list that is gone is a 422 with
   * `cursor.expired`.
   */
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

  /** Titles that complete what was typed; none for a text without words. */
  async suggest({ q, language, limit }: Input<Suggest>['query']): Promise<Answer<Suggest>> {
    const { titles, generation } = await this.index.suggest(q, { language, limit });
    await this.state.requireKnown(generation);
    return { items: [...titles] };
  }
}

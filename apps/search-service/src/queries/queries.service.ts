import { type Answer, type Input, invalid, searchServiceApi } from '@mediamesh/contracts';
import { Cursors, type Endpoints } from '@mediamesh/http';
import { Inject, Injectable } from '@nestjs/common';
import { PlaceExpired, type Place, SearchIndex } from '../search-index/search-index.js';

type Search = Endpoints<typeof searchServiceApi>['search'];

/** Answers word queries. */
@Injectable()
export class QueriesService {
  constructor(
    @Inject(SearchIndex) private readonly index: SearchIndex,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  /** One page, best first. A text without words finds nothing; a cursor of a list that is gone is a 422 with `cursor.expired`. */
  async search({ q, cursor, limit, ...filters }: Input<Search>['query']): Promise<Answer<Search>> {
    const { kind, type, category, language } = filters;
    const scope = ['search', q, kind, type, category, language];
    const after = this.cursors.read(scope, cursor) as Place | undefined;
    try {
      const { hits, total, next } = await this.index.search({ text: q, filters, limit, after });
      return { items: [...hits], total, next: next ? this.cursors.write(scope, next) : null };
    } catch (error) {
      if (error instanceof PlaceExpired) throw invalid({ pointer: '/query/cursor', code: 'cursor.expired' });
      throw error;
    }
  }
}

import {
  type Answer,
  type discoveryServiceApi,
  type IndexHit,
  type Input,
  invalid,
  maximumRankedHits,
  type SearchHit,
  searchServiceApi,
} from '@mediamesh/contracts';
import { type Client, Clients, type CursorPosition, Cursors, type Endpoints } from '@mediamesh/http';
import { Logger } from '@mediamesh/observability';
import { Injectable } from '@nestjs/common';
import { type LanguageWish, languagesWanted, readWish } from '../browse/answer-language.js';
import { MediaAddress, viewEpisode, viewProgram } from '../browse/views.js';
import { type CatalogItem, CatalogStore } from '../catalog/catalog-store.js';
import { askUnlessAway } from './ask-unless-away.js';

type Endpoint = Endpoints<typeof discoveryServiceApi>['search'];
type SearchQuery = Input<Endpoint>['query'];
type SearchResult = Answer<Endpoint>;
type Hit = Pick<IndexHit, 'highlights'> & { readonly item: CatalogItem | undefined };

/** The timeout of search-service in milliseconds, before the catalogue answers instead. */
const patience = 2_000;

/**
 * Search-service ranks, the catalogue supplies the documents. If search-service is unavailable, the answer has titles
 * that start with the query, marked `degraded`, without facets or suggestion. A cursor of one mode is expired in the
 * other.
 */
@Injectable()
export class SearchService {
  private readonly engine: Client<typeof searchServiceApi>;

  constructor(
    private readonly catalog: CatalogStore,
    private readonly cursors: Cursors,
    private readonly media: MediaAddress,
    private readonly logger: Logger,
    clients: Clients,
  ) {
    this.engine = clients.of(searchServiceApi, { asService: true, deadlineMs: patience });
  }

  async search(query: SearchQuery, acceptLanguage: string | undefined): Promise<SearchResult> {
    const { q, kind, type, category, language } = query;
    const scope = ['search', q, kind, type, category, language];
    const [way, ...place] = this.cursors.read(scope, query.cursor) ?? [];
    const wish = readWish(query, acceptLanguage);
    const cursor = way === 'ranked' ? String(place[0]) : undefined;
    const ranked = await askUnlessAway(
      () =>
        this.engine.search({
          query: { q, kind, type, category, language, facets: query.facets, limit: query.limit, cursor },
        }),
      this.logger,
    );
    if (way !== undefined && way !== (ranked ? 'ranked' : 'titles'))
      throw invalid({ pointer: '/query/cursor', code: 'cursor.expired' });
    return ranked
      ? this.showRanked(ranked, wish, scope)
      : this.findTitles(query, wish, scope, way === undefined ? undefined : place);
  }

  private async showRanked(
    { items, total, facets, didYouMean, next }: Answer<Endpoints<typeof searchServiceApi>['search']>,
    wish: LanguageWish,
    scope: readonly unknown[],
  ): Promise<SearchResult> {
    const found = await this.catalog.read(items.map(({ id }) => id));
    const hits = items.map(({ highlights }, index): Hit => ({ highlights, item: found[index] }));
    return {
      items: this.show(hits, wish),
      total,
      facets,
      didYouMean,
      next: next === null ? null : this.cursors.write(scope, ['ranked', next]),
      degraded: false,
    };
  }

  private async findTitles(
    { q, kind, type, category, language, limit }: SearchQuery,
    wish: LanguageWish,
    scope: readonly unknown[],
    after: CursorPosition | undefined,
  ): Promise<SearchResult> {
    const filter = { kind, type, category, language, languages: languagesWanted(wish) };
    const [{ items, next }, found] = await Promise.all([
      this.catalog.findByTitle(q, filter, { limit, after }),
      this.catalog.countByTitle(q, filter, maximumRankedHits),
    ]);
    return {
      items: this.show(
        items.map((item) => ({ item, highlights: {} })),
        wish,
      ),
      total: { value: found, relation: found < maximumRankedHits ? 'eq' : 'gte' },
      facets: null,
      didYouMean: null,
      next: next ? this.cursors.write(scope, ['titles', ...next]) : null,
      degraded: true,
    };
  }

  /** Leaves out hits that are no longer public or have no acceptable language. */
  private show(hits: readonly Hit[], wish: LanguageWish): SearchHit[] {
    return hits.flatMap(({ item, highlights }): SearchHit[] => {
      if (item?.kind === 'program') {
        const program = viewProgram(item, wish, this.media);
        return program ? [{ kind: 'program', program, highlights }] : [];
      }
      const episode = item && viewEpisode(item, wish, this.media);
      return episode ? [{ kind: 'episode', episode, highlights }] : [];
    });
  }
}

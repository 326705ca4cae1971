import {
  type Answer,
  type discoveryServiceApi,
  type Input,
  searchServiceApi,
  type Suggestion,
} from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints } from '@mediamesh/http';
import { Logger } from '@mediamesh/observability';
import { highlightTyped, readTyped, type TypedWords } from '@mediamesh/text';
import { Injectable } from '@nestjs/common';
import { titleBeginning } from '../catalog/catalog-keys.js';
import { type CatalogItem, CatalogStore } from '../catalog/catalog-store.js';
import { askUnlessAway } from './ask-unless-away.js';

type Endpoint = Endpoints<typeof discoveryServiceApi>['suggest'];
type SuggestQuery = Input<Endpoint>['query'];

/** The timeout of search-service in milliseconds, short because the user is typing. */
const patience = 1_000;

/** Completes a query by titles from search-service or, if it is unavailable, by titles that start with the query. */
@Injectable()
export class SuggestionsService {
  private readonly engine: Client<typeof searchServiceApi>;

  constructor(
    private readonly catalog: CatalogStore,
    private readonly logger: Logger,
    clients: Clients,
  ) {
    this.engine = clients.of(searchServiceApi, { asService: true, deadlineMs: patience });
  }

  async suggest(query: SuggestQuery): Promise<Answer<Endpoint>> {
    const typed = readTyped(query.q);
    if (!typed) return { items: [], degraded: false };
    const { q, language, limit } = query;
    const found = await askUnlessAway(() => this.engine.suggest({ query: { q, language, limit } }), this.logger);
    return found
      ? { items: await this.keepPublic(found.items), degraded: false }
      : { items: await this.findTitles(query, typed), degraded: true };
  }

  /** Leaves out items that are no longer public or no longer have that title. */
  private async keepPublic(suggestions: readonly Suggestion[]): Promise<Suggestion[]> {
    const items = await this.catalog.read(suggestions.map(({ id }) => id));
    return suggestions.filter(
      ({ language, title }, at) => items[at]?.document.localizations[language]?.title === title,
    );
  }

  private async findTitles({ q, language, limit }: SuggestQuery, typed: TypedWords): Promise<Suggestion[]> {
    const { items } = await this.catalog.findByTitle(q, { language }, { limit });
    return items.flatMap((item) => nameBeginning(item, q, language, typed) ?? []);
  }
}

/** The title that matches the query; with `wanted`, only in that language or its variants. */
function nameBeginning(
  { kind, document }: CatalogItem,
  q: string,
  wanted: string | undefined,
  typed: TypedWords,
): Suggestion | undefined {
  const isWanted = (language: string): boolean =>
    wanted === undefined || language === wanted || language.startsWith(`${wanted}-`);
  const found = Object.entries(document.localizations).find(
    ([language, { title }]) => isWanted(language) && titleBeginning(title).startsWith(titleBeginning(q)),
  );
  if (!found) return undefined;
  const [language, { title }] = found;
  return { id: document.id, kind, language, title, highlight: highlightTyped(title, typed) };
}

import { z } from 'zod';
import { defineApi } from '../kernel/endpoint.js';
import { Id, Language, queryInteger } from '../kernel/fields.js';
import { CategoryKey, ProgramType } from '../content/values.js';
import { Reindex, ReindexPage, ReindexQuery } from './reindex.js';
import { searchServiceExamples } from './search-service.examples.js';

/** In characters; a longer query is refused. */
export const maximumSearchQuery = 500;
/** In characters; a longer text is not the start of a title. */
const maximumSuggestQuery = 100;
/** The depth to which a ranked list can be paged. */
export const maximumRankedHits = 1000;

export const SearchFilters = {
  kind: z.enum(['program', 'episode']).optional(),
  type: ProgramType.optional(),
  category: CategoryKey.optional(),
  language: Language.optional(),
};

export const SearchTotal = z.object({ value: z.int(), relation: z.enum(['eq', 'gte']) });

/** `highlights` are escaped original text with `<mark>`. */
export const IndexHit = z.object({
  id: z.string(),
  kind: z.enum(['program', 'episode']),
  /** The language whose text matched best. */
  language: z.string(),
  score: z.number(),
  highlights: z.object({ title: z.string().optional(), description: z.string().optional() }),
});
export type IndexHit = z.output<typeof IndexHit>;

const FacetCount = z.object({ value: z.string(), count: z.int() });
export type FacetCount = z.output<typeof FacetCount>;
/** Possible filters, most frequent first; `exact` is false if counts are estimates. */
export const Facets = z
  .object({
    kind: z.array(FacetCount),
    type: z.array(FacetCount),
    category: z.array(FacetCount),
    language: z.array(FacetCount),
    exact: z.boolean(),
  })
  .meta({ id: 'Facets' });
export type Facets = z.output<typeof Facets>;

/** An existing title; `highlight` is escaped text with `<mark>`. */
export const Suggestion = z
  .object({
    id: z.string(),
    kind: z.enum(['program', 'episode']),
    language: z.string(),
    title: z.string(),
    highlight: z.string(),
  })
  .meta({ id: 'Suggestion' });
export type Suggestion = z.output<typeof Suggestion>;

export const SuggestQuery = {
  q: z.string().max(maximumSuggestQuery),
  language: Language.optional(),
  limit: queryInteger(1, 20).default(8),
};
export const withFacets = z.enum(['true', 'false']).default('false');

const operators = ['ADMIN', 'SERVICE'] as const;

const notReady = { unavailable: ['search.not_ready'] } as const;
const ofReindex = { inAnswer: ['reindex.source_away', 'reindex.index_away', 'reindex.internal'] } as const;

export const searchServiceApi = defineApi('search-service', '/internal/v1', searchServiceExamples, {
  search: {
    method: 'GET',
    path: '/search',
    summary: 'Rank documents for a question',
    tag: 'Search',
    errors: { ...notReady, fields: ['cursor.expired'] },
    query: z.strictObject({
      q: z.string().max(maximumSearchQuery),
      ...SearchFilters,
      facets: withFacets,
      cursor: z.string().min(1).max(1000).optional(),
      limit: queryInteger(1, 100).default(20),
    }),
    returns: z.object({
      items: z.array(IndexHit),
      total: SearchTotal,
      facets: Facets.nullable(),
      didYouMean: z.string().nullable(),
      next: z.string().nullable(),
    }),
    roles: ['PUBLIC', 'SERVICE'],
  },
  suggest: {
    method: 'GET',
    path: '/suggest',
    summary: 'Complete what is being typed by titles that exist',
    tag: 'Search',
    errors: notReady,
    query: z.strictObject(SuggestQuery),
    returns: z.object({ items: z.array(Suggestion) }),
    roles: ['PUBLIC', 'SERVICE'],
  },
  startReindex: {
    method: 'POST',
    path: '/reindexes',
    summary: 'Build the index anew beside the live one; answers the building under way where there is one',
    tag: 'Operations',
    errors: ofReindex,
    returns: Reindex,
    status: 202,
    location: '/reindexes/:id',
    roles: operators,
    idempotent: true,
  },
  listReindexes: {
    method: 'GET',
    path: '/reindexes',
    summary: 'List buildings of the index, newest first',
    tag: 'Operations',
    errors: ofReindex,
    query: ReindexQuery,
    returns: ReindexPage,
    roles: operators,
  },
  getReindex: {
    method: 'GET',
    path: '/reindexes/:id',
    summary: 'Read how far a building of the index is',
    tag: 'Operations',
    errors: { ...ofReindex, notFound: ['reindex.not_found'] },
    params: z.object({ id: Id }),
    returns: Reindex,
    roles: operators,
  },
});

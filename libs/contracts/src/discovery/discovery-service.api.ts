import { z } from 'zod';
import type { ErrorCode } from '../errors/messages.js';
import { defineApi, type EndpointErrors } from '../kernel/endpoint.js';
import { Id, Language } from '../kernel/fields.js';
import { pageQuery } from '../kernel/page.js';
import { CategoryKey, ProgramType } from '../content/values.js';
import {
  maximumSearchQuery,
  SearchFilters,
  Suggestion,
  SuggestQuery,
  withFacets,
} from '../search/search-service.api.js';
import {
  CategoryViews,
  EpisodeView,
  EpisodeViewPage,
  ProgramView,
  ProgramViewPage,
  SearchResult,
} from './public-item.js';
import { discoveryServiceExamples } from './discovery-service.examples.js';

/** With `fallback=none`, an item that is not available in `lang` gives 404, and lists leave it out. */
const languageQuery = { lang: Language.optional(), fallback: z.enum(['none']).optional() };

// Not strictObject: public endpoints ignore unknown query parameters.
const byId = z.object({ id: Id });
const roles = ['PUBLIC', 'SERVICE'] as const;

/** Errors of a list: its cursor may have expired, and concurrent writes may keep it from being read. */
const ofList = (...notFound: readonly ErrorCode[]): EndpointErrors => ({
  notFound,
  fields: ['cursor.expired'],
  unavailable: ['request.busy'],
});

export const discoveryServiceApi = defineApi('discovery-service', '/internal/v1', discoveryServiceExamples, {
  search: {
    method: 'GET',
    path: '/search',
    summary: 'Search programs and episodes',
    tag: 'Search',
    errors: ofList(),
    query: z.object({
      q: z.string().max(maximumSearchQuery),
      ...SearchFilters,
      facets: withFacets,
      ...pageQuery,
      ...languageQuery,
    }),
    returns: SearchResult,
    roles,
  },
  suggest: {
    method: 'GET',
    path: '/suggest',
    summary: 'Complete what is being typed by titles that exist',
    tag: 'Search',
    query: z.object(SuggestQuery),
    returns: z.object({ items: z.array(Suggestion), degraded: z.boolean() }),
    roles,
  },
  listPrograms: {
    method: 'GET',
    path: '/programs',
    summary: 'Browse public programs',
    tag: 'Programs',
    errors: ofList(),
    query: z.object({
      type: ProgramType.optional(),
      category: CategoryKey.optional(),
      language: Language.optional(),
      sort: z.enum(['newest', 'title']).default('newest'),
      ...pageQuery,
      ...languageQuery,
    }),
    returns: ProgramViewPage,
    roles,
  },
  getProgram: {
    method: 'GET',
    path: '/programs/:idOrSlug',
    summary: 'A public program by id or slug; a former slug answers 301',
    tag: 'Programs',
    errors: { notFound: ['program.not_found', 'language.not_available'] },
    params: z.object({ idOrSlug: z.string().min(1).max(600) }),
    query: z.object(languageQuery),
    returns: ProgramView,
    roles,
  },
  listEpisodes: {
    method: 'GET',
    path: '/programs/:id/episodes',
    summary: 'The public episodes of a program, in its order',
    tag: 'Episodes',
    errors: ofList('program.not_found'),
    params: byId,
    query: z.object({ language: Language.optional(), ...pageQuery, ...languageQuery }),
    returns: EpisodeViewPage,
    roles,
  },
  getEpisode: {
    method: 'GET',
    path: '/episodes/:id',
    summary: 'A public episode',
    tag: 'Episodes',
    errors: { notFound: ['episode.not_found', 'language.not_available'] },
    params: byId,
    query: z.object(languageQuery),
    returns: EpisodeView,
    roles,
  },
  listCategories: {
    method: 'GET',
    path: '/categories',
    summary: 'Categories with names and counts',
    tag: 'Categories',
    errors: { notFound: ['language.not_available'] },
    query: z.object(languageQuery),
    returns: CategoryViews,
    roles,
  },
});

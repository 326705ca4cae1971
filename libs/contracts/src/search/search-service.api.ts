import { z } from 'zod';
import { defineApi } from '../kernel/endpoint.js';
import { Language, queryInteger } from '../kernel/fields.js';
import { CategoryKey, ProgramType } from '../content/program.js';

/** A longer question is cut by nobody: it is refused. */
export const maximumSearchQuery = 500;
/** How deep a ranked list can be paged. */
export const maximumRankedHits = 1000;

export const SearchFilters = {
  kind: z.enum(['program', 'episode']).optional(),
  type: ProgramType.optional(),
  category: CategoryKey.optional(),
  language: Language.optional(),
};

export const SearchTotal = z.object({ value: z.int(), relation: z.enum(['eq', 'gte']) });

/** One found document: escaped original text in which only our `<mark>` is markup. */
export const IndexHit = z.object({
  id: z.string(),
  kind: z.enum(['program', 'episode']),
  /** The language whose text matched best. */
  language: z.string(),
  score: z.number(),
  highlights: z.object({ title: z.string().optional(), description: z.string().optional() }),
});
export type IndexHit = z.output<typeof IndexHit>;

export const searchServiceApi = defineApi('search-service', '/internal/v1', {
  search: {
    method: 'GET', path: '/search', summary: 'Rank documents for a question',
    query: z.strictObject({ q: z.string().max(maximumSearchQuery), ...SearchFilters, cursor: z.string().min(1).max(1000).optional(), limit: queryInteger(1, 100).default(20) }),
    returns: z.object({ items: z.array(IndexHit), total: SearchTotal, next: z.string().nullable() }),
    roles: ['PUBLIC', 'SERVICE'],
  },
});

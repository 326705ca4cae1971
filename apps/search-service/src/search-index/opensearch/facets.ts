import type { FacetCount, Facets } from '@mediamesh/contracts';
import type { SearchFilters } from '../search-index.js';
import type { Bucket } from './answers.js';
import type { OpenSearchEngine } from './engine.js';
import { searchLive } from './searches.js';
import { filterDocuments, inTexts, type TextQuery } from './text-query.js';

/** Values per facet at most. */
const most = 50;
/** All languages are read and sorted here: a document may hold several regional forms of one. No catalogue has more. */
const languages = 1_000;

export const noFacets: Facets = { kind: [], type: [], category: [], language: [], exact: true };

type FacetCounts = Readonly<
  Record<'kind' | 'type' | 'category', { readonly values: { readonly buckets: readonly Bucket[] } }>
> & {
  readonly language: {
    readonly texts: {
      readonly matching: {
        readonly values: {
          readonly buckets: readonly (Bucket & { readonly documents: { readonly doc_count: number } })[];
        };
      };
    };
  };
};

/** Each facet ignores its own filter. Exact, because one shard counts; OpenSearch caches the response. */
export async function countFacets(
  engine: OpenSearchEngine,
  alias: string,
  query: TextQuery,
  filters: SearchFilters,
): Promise<Facets> {
  const { answer } = await searchLive(engine, alias, describeFacets(query, filters));
  const { kind, type, category, language } = answer.aggregations as unknown as FacetCounts;
  const byCount = (one: FacetCount, other: FacetCount): number =>
    other.count - one.count || (one.value < other.value ? -1 : 1);
  return {
    kind: readBuckets(kind.values.buckets),
    type: readBuckets(type.values.buckets),
    category: readBuckets(category.values.buckets),
    language: language.texts.matching.values.buckets
      .map(({ key, documents }) => ({ value: key, count: documents.doc_count }))
      .sort(byCount)
      .slice(0, most),
    exact: true,
  };
}

function describeFacets({ found }: TextQuery, filters: SearchFilters): object {
  const matching = filters.language === undefined ? [] : [inTexts(found, filters.language)];
  const count = (field: 'kind' | 'type' | 'category'): object => ({
    filter: { bool: { filter: [...filterDocuments({ ...filters, [field]: undefined }), ...matching] } },
    aggs: { values: { terms: { field, size: most, order: [{ _count: 'desc' }, { _key: 'asc' }] } } },
  });
  return {
    size: 0,
    track_total_hits: false,
    query: { bool: { filter: [inTexts(found, undefined)] } },
    aggs: {
      kind: count('kind'),
      type: count('type'),
      category: count('category'),
      language: {
        filter: { bool: { filter: filterDocuments(filters) } },
        aggs: {
          texts: {
            nested: { path: 'texts' },
            aggs: {
              matching: {
                filter: found,
                aggs: {
                  values: {
                    terms: { field: 'texts.languages', size: languages },
                    aggs: { documents: { reverse_nested: {} } },
                  },
                },
              },
            },
          },
        },
      },
    },
  };
}

const readBuckets = (buckets: readonly Bucket[]): FacetCount[] =>
  buckets.map(({ key, doc_count: count }) => ({ value: key, count }));

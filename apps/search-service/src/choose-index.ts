import { type ConfigOf, HttpUrl, together } from '@mediamesh/app';
import type { Logger } from '@mediamesh/observability';
import type { Resource } from '@mediamesh/resilience';
import { z } from 'zod';
import { OpenSearchResource } from './search-index/opensearch/opensearch-resource.js';
import { OpenSearchIndex, type OpenSearchOptions } from './search-index/opensearch/opensearch-search-index.js';
import type { SearchIndex } from './search-index/search-index.js';
import { SqliteSearchIndex } from './search-index/sqlite/sqlite-search-index.js';

export const indexShape = {
  SEARCH_INDEX: z
    .enum(['sqlite', 'opensearch'])
    .default('sqlite')
    .describe('Where words are looked up; `sqlite` is a file that belongs to one process.'),
  SEARCH_INDEX_FILE: z
    .string()
    .min(1)
    .default('.mesh/search/index.db')
    .describe('The file of the index in SQLite; its folder is made if need be.'),
  OPENSEARCH_URL: HttpUrl.optional().describe('Where the cluster answers, as https://host:port.'),
  OPENSEARCH_USERNAME: z.string().optional(),
  OPENSEARCH_PASSWORD: z.string().optional(),
  OPENSEARCH_INDEX: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'may hold up to 40 small letters, digits, dashes and underscores')
    .default('mediamesh')
    .describe('The alias of the index; another for each mesh on a cluster.'),
  OPENSEARCH_REFRESH_MS: z.coerce
    .number()
    .int()
    .min(10)
    .max(60_000)
    .default(200)
    .describe('Milliseconds until a write is found; applies to an index that is made.'),
  OPENSEARCH_REPLICAS: z.coerce
    .number()
    .int()
    .min(0)
    .max(5)
    .default(0)
    .describe('Copies of the index besides the first; applies to an index that is made.'),
};

type IndexConfig = ConfigOf<typeof indexShape>;

export const indexNeeds = [
  { when: 'SEARCH_INDEX', is: 'opensearch', require: ['OPENSEARCH_URL'] },
  ...together('OPENSEARCH_USERNAME', 'OPENSEARCH_PASSWORD'),
];

export async function openIndex(config: IndexConfig, logger: Logger): Promise<SearchIndex> {
  return config.SEARCH_INDEX === 'opensearch'
    ? new OpenSearchIndex({ ...optionsOf(config), logger })
    : SqliteSearchIndex.open(config.SEARCH_INDEX_FILE);
}

export const indexResources = (config: IndexConfig): readonly Resource[] =>
  config.SEARCH_INDEX === 'opensearch' ? [new OpenSearchResource(optionsOf(config))] : [];

const optionsOf = (config: IndexConfig): OpenSearchOptions => ({
  url: config.OPENSEARCH_URL ?? '',
  username: config.OPENSEARCH_USERNAME,
  password: config.OPENSEARCH_PASSWORD,
  alias: config.OPENSEARCH_INDEX,
  refreshMs: config.OPENSEARCH_REFRESH_MS,
  replicas: config.OPENSEARCH_REPLICAS,
});

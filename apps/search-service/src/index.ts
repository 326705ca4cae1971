import { defineApp } from '@mediamesh/app';
import { searchServiceApi } from '@mediamesh/contracts';
import { z } from 'zod';
import { ContentConsumer } from './indexing/content.consumer.js';
import { QueriesController } from './queries/queries.controller.js';
import { QueriesService } from './queries/queries.service.js';
import { SearchIndex } from './search-index/search-index.js';
import { SqliteSearchIndex } from './search-index/sqlite/sqlite-search-index.js';

/** Finds what is public by its words. */
export const searchService = defineApp({
  name: 'search-service',
  role: 'service',
  database: 'search',
  apis: [searchServiceApi],
  consumes: true,
  config: {
    SEARCH_INDEX: z.enum(['sqlite']).default('sqlite'),
    SEARCH_INDEX_FILE: z.string().min(1).default('.mesh/search/index.db').describe('The file of the index in SQLite; its folder is made if need be.'),
  },
  controllers: [QueriesController, ContentConsumer],
  providers: ({ SEARCH_INDEX_FILE }) => [{ provide: SearchIndex, useFactory: () => SqliteSearchIndex.open(SEARCH_INDEX_FILE) }, QueriesService],
});

import { defineApp } from '@mediamesh/app';
import { searchServiceApi } from '@mediamesh/contracts';
import { Logger } from '@mediamesh/observability';
import { z } from 'zod';
import { ContentConsumer } from './indexing/content.consumer.js';
import { QueriesController } from './queries/queries.controller.js';
import { QueriesService } from './queries/queries.service.js';
import { IndexState } from './rebuilds/index-state.js';
import { Patience } from './rebuilds/patience.js';
import { RebuildExecutor } from './rebuilds/rebuild-executor.js';
import { RebuildProcess } from './rebuilds/rebuild-process.js';
import { RebuildQueue } from './rebuilds/rebuild-queue.repository.js';
import { RebuildingConsumer } from './rebuilds/rebuilding.consumer.js';
import { RebuildsController } from './rebuilds/rebuilds.controller.js';
import { RebuildsRepository } from './rebuilds/rebuilds.repository.js';
import { RebuildsService } from './rebuilds/rebuilds.service.js';
import { indexNeeds, indexResources, indexShape, openIndex } from './choose-index.js';
import { SearchIndex } from './search-index/search-index.js';

export const searchService = defineApp({
  name: 'search-service',
  about: {
    title: 'Search service',
    description:
      'The search index: ranked ids with highlights, completions, and rebuilds of the index beside the live one.',
  },
  database: 'search',
  apis: [searchServiceApi],
  config: {
    ...indexShape,
    SEARCH_REBUILD_PATIENCE_SECONDS: z.coerce
      .number()
      .int()
      .min(0)
      .max(86_400)
      .default(600)
      .describe('How long a rebuild waits for cms-service, or for the index, when it does not answer.'),
  },
  needs: indexNeeds,
  resources: indexResources,
  checks: [IndexState],
  controllers: [QueriesController, RebuildsController, ContentConsumer, RebuildingConsumer],
  providers: (config) => [
    { provide: SearchIndex, inject: [Logger], useFactory: (logger: Logger) => openIndex(config, logger) },
    QueriesService,
    { provide: Patience, useValue: new Patience(config.SEARCH_REBUILD_PATIENCE_SECONDS * 1_000) },
    RebuildsRepository,
    RebuildsService,
    RebuildQueue,
    RebuildProcess,
    RebuildExecutor,
    IndexState,
  ],
});

import { defineApp, dynamoShape, HttpUrl } from '@mediamesh/app';
import { discoveryServiceApi } from '@mediamesh/contracts';
import { DynamoDb, dynamoDbOptions } from '@mediamesh/dynamodb';
import { Database } from '@mediamesh/postgres';
import { z } from 'zod';
import { CategoriesController } from './browse/categories.controller.js';
import { CategoriesService } from './browse/categories.service.js';
import { EpisodesController } from './browse/episodes.controller.js';
import { EpisodesService } from './browse/episodes.service.js';
import { ProgramsController } from './browse/programs.controller.js';
import { ProgramsService } from './browse/programs.service.js';
import { MediaAddress } from './browse/views.js';
import { CatalogStore } from './catalog/catalog-store.js';
import { ContentConsumer } from './catalog/content.consumer.js';
import { createCatalogTable } from './catalog/dynamodb/catalog-table.js';
import { DynamoDbCatalogStore } from './catalog/dynamodb/dynamodb-catalog-store.js';
import { PostgresCatalogStore } from './catalog/postgres-catalog-store.js';
import { VocabulariesRepository } from './catalog/vocabularies.repository.js';
import { VocabularyConsumer } from './catalog/vocabulary.consumer.js';
import { SearchController } from './search/search.controller.js';
import { SearchService } from './search/search.service.js';
import { SuggestionsService } from './search/suggestions.service.js';

/** The public catalogue, built from events, and search over it. */
export const discoveryService = defineApp({
  name: 'discovery-service',
  about: {
    title: 'Discovery service',
    description: 'The catalogue of everything public, in the language of the reader: pages, lists and search.',
  },
  database: 'discovery',
  apis: [discoveryServiceApi],
  config: {
    CATALOG_STORE: z.enum(['postgres', 'dynamodb']).default('postgres').describe('Where the catalogue is kept.'),
    ...dynamoShape,
    MEDIA_PUBLIC_URL: HttpUrl.default('http://localhost:8080/media').describe(
      'Where the public finds files; paths follow after a slash.',
    ),
  },
  resources: (config) =>
    config.CATALOG_STORE === 'dynamodb' ? [createCatalogTable(new DynamoDb(dynamoDbOptions(config)))] : [],
  controllers: [
    ProgramsController,
    EpisodesController,
    CategoriesController,
    SearchController,
    ContentConsumer,
    VocabularyConsumer,
  ],
  providers: (config) => [
    {
      provide: CatalogStore,
      inject: [Database],
      useFactory: (database: Database) =>
        config.CATALOG_STORE === 'dynamodb'
          ? new DynamoDbCatalogStore(new DynamoDb(dynamoDbOptions(config)))
          : new PostgresCatalogStore(database),
    },
    { provide: MediaAddress, useValue: { url: config.MEDIA_PUBLIC_URL } satisfies MediaAddress },
    VocabulariesRepository,
    ProgramsService,
    EpisodesService,
    CategoriesService,
    SearchService,
    SuggestionsService,
  ],
});

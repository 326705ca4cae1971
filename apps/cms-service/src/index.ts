import { defineApp } from '@mediamesh/app';
import { cmsServiceApi } from '@mediamesh/contracts';
import { DraftsService } from './drafts/drafts.service.js';
import { EpisodesController } from './episodes/episodes.controller.js';
import { ImportsController } from './imports/imports.controller.js';
import { ImportsService } from './imports/imports.service.js';
import { ItemsRepository } from './items/items.repository.js';
import { ProgramsController } from './programs/programs.controller.js';
import { MediaConsumer } from './publishing/media.consumer.js';
import { PublicDocumentsController } from './publishing/public-documents.controller.js';
import { PublicDocumentsRepository } from './publishing/public-documents.repository.js';
import { PublicationService } from './publishing/publication.service.js';
import { PublishingService } from './publishing/publishing.service.js';
import { Contents } from './versions/contents.js';
import { VersionsController } from './versions/versions.controller.js';
import { VersionsRepository } from './versions/versions.repository.js';

export const cmsService = defineApp({
  name: 'cms-service',
  about: {
    title: 'CMS service',
    description:
      'Programs and episodes from draft to public: their identity, slugs, versions, imports and public documents.',
  },
  database: 'cms',
  apis: [cmsServiceApi],
  config: {},
  controllers: [
    ProgramsController,
    EpisodesController,
    ImportsController,
    VersionsController,
    PublicDocumentsController,
    MediaConsumer,
  ],
  providers: () => [
    DraftsService,
    ItemsRepository,
    PublicationService,
    PublishingService,
    PublicDocumentsRepository,
    Contents,
    VersionsRepository,
    ImportsService,
  ],
});

import { defineApp } from '@mediamesh/app';
import { metadataServiceApi } from '@mediamesh/contracts';
import { VersionSweeper } from './versions/sweeper.js';
import { VersionsController } from './versions/versions.controller.js';
import { VersionsRepository } from './versions/versions.repository.js';
import { VocabulariesController } from './vocabularies/vocabularies.controller.js';
import { VocabulariesService } from './vocabularies/vocabularies.service.js';
import { VocabularyEntity } from './vocabularies/vocabulary.entity.js';

export const metadataService = defineApp({
  name: 'metadata-service',
  about: {
    title: 'Metadata service',
    description: 'What is said about programs and episodes, in immutable versions, and the vocabulary of categories.',
  },
  database: 'metadata',
  entities: [VocabularyEntity],
  apis: [metadataServiceApi],
  config: {},
  controllers: [VersionsController, VocabulariesController],
  providers: () => [VersionsRepository, VersionSweeper, VocabulariesService],
});

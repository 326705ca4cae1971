import { defineApp } from '@mediamesh/app';
import { cmsGatewayApis } from '@mediamesh/contracts';
import { EpisodesController } from './episodes/episodes.controller.js';
import { RunsController } from './ingest/runs.controller.js';
import { SourcesController } from './ingest/sources.controller.js';
import { AssetsController } from './media/assets.controller.js';
import { VocabulariesController } from './metadata/vocabularies.controller.js';
import { DeadLettersController } from './ops/dead-letters.controller.js';
import { ReindexesController } from './ops/reindexes.controller.js';
import { ProgramsController } from './programs/programs.controller.js';
import { SessionsController } from './sessions/sessions.controller.js';

/** The editors' door: it knows people, limits them, and hands their requests to the services. */
export const cmsGateway = defineApp({
  name: 'cms-gateway',
  role: 'gateway',
  apis: cmsGatewayApis,
  config: {},
  uploads: true,
  controllers: [
    SessionsController,
    ProgramsController,
    EpisodesController,
    VocabulariesController,
    AssetsController,
    SourcesController,
    RunsController,
    ReindexesController,
    DeadLettersController,
  ],
  providers: () => [],
});

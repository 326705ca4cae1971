import { defineApp } from '@mediamesh/app';
import { discoveryGatewayApis } from '@mediamesh/contracts';
import { CategoriesController } from './discovery/categories.controller.js';
import { EpisodesController } from './discovery/episodes.controller.js';
import { ProgramsController } from './discovery/programs.controller.js';
import { SearchController } from './discovery/search.controller.js';
import { MediaController } from './media/media.controller.js';

/** The public's door: it passes on what discovery-service and media-service answer, and says how it may be cached. */
export const discoveryGateway = defineApp({
  name: 'discovery-gateway',
  role: 'gateway',
  apis: discoveryGatewayApis,
  config: {},
  controllers: [ProgramsController, EpisodesController, SearchController, CategoriesController, MediaController],
  providers: () => [],
});

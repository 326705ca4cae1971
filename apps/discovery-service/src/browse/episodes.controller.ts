import { discoveryServiceApi, type EpisodeView, type Input } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { currentContext } from '@mediamesh/observability';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { sayLanguage } from './content-language.js';
import { EpisodesService } from './episodes.service.js';

@Controller()
export class EpisodesController {
  constructor(private readonly episodes: EpisodesService) {}

  @Implements(discoveryServiceApi, 'getEpisode')
  async get(
    @In() { params, query }: Input<Endpoints<typeof discoveryServiceApi>['getEpisode']>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EpisodeView> {
    const view = await this.episodes.get(params.id, query, currentContext()?.acceptLanguage);
    sayLanguage(reply, [view]);
    return view;
  }
}

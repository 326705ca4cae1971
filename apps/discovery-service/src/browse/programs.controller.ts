import { discoveryServiceApi, type EpisodeView, type Input, type Page, type ProgramView } from '@mediamesh/contracts';
import { type Endpoints, Implements, In, Redirect } from '@mediamesh/http';
import { currentContext } from '@mediamesh/observability';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { sayLanguage } from './content-language.js';
import { ProgramsService } from './programs.service.js';

type Api = Endpoints<typeof discoveryServiceApi>;

@Controller()
export class ProgramsController {
  constructor(private readonly programs: ProgramsService) {}

  @Implements(discoveryServiceApi, 'listPrograms')
  async list(
    @In() { query }: Input<Api['listPrograms']>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<ProgramView>> {
    const page = await this.programs.list(query, currentContext()?.acceptLanguage);
    sayLanguage(reply, page.items);
    return page;
  }

  @Implements(discoveryServiceApi, 'getProgram')
  async get(
    @In() { params, query }: Input<Api['getProgram']>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProgramView | Redirect> {
    const answer = await this.programs.get(params.idOrSlug, query, currentContext()?.acceptLanguage);
    if (!(answer instanceof Redirect)) sayLanguage(reply, [answer]);
    return answer;
  }

  @Implements(discoveryServiceApi, 'listEpisodes')
  async listEpisodes(
    @In() { params, query }: Input<Api['listEpisodes']>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<EpisodeView>> {
    const page = await this.programs.listEpisodes(params.id, query, currentContext()?.acceptLanguage);
    sayLanguage(reply, page.items);
    return page;
  }
}

import { cmsGatewayApi, cmsServiceApi, type Input } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type Forwarded, Implements, In } from '@mediamesh/http';
import { Controller } from '@nestjs/common';

type Api = Endpoints<typeof cmsGatewayApi>;

/** Episodes, for editors. */
@Controller()
export class EpisodesController {
  private readonly cms: Client<typeof cmsServiceApi>;

  constructor(clients: Clients) {
    this.cms = clients.of(cmsServiceApi);
  }

  @Implements(cmsGatewayApi, 'listEpisodes')
  list(@In() input: Input<Api['listEpisodes']>): Promise<Forwarded> {
    return this.cms.forward('listEpisodes', input);
  }

  @Implements(cmsGatewayApi, 'createEpisode')
  create(@In() input: Input<Api['createEpisode']>): Promise<Forwarded> {
    return this.cms.forward('createEpisode', input);
  }

  @Implements(cmsGatewayApi, 'getEpisode')
  get(@In() input: Input<Api['getEpisode']>): Promise<Forwarded> {
    return this.cms.forward('getEpisode', input);
  }

  @Implements(cmsGatewayApi, 'patchEpisode')
  patch(@In() input: Input<Api['patchEpisode']>): Promise<Forwarded> {
    return this.cms.forward('patchEpisode', input);
  }

  @Implements(cmsGatewayApi, 'deleteEpisode')
  delete(@In() input: Input<Api['deleteEpisode']>): Promise<Forwarded> {
    return this.cms.forward('deleteEpisode', input);
  }

  @Implements(cmsGatewayApi, 'publishEpisode')
  publish(@In() input: Input<Api['publishEpisode']>): Promise<Forwarded> {
    return this.cms.forward('publishEpisode', input);
  }

  @Implements(cmsGatewayApi, 'unpublishEpisode')
  unpublish(@In() input: Input<Api['unpublishEpisode']>): Promise<Forwarded> {
    return this.cms.forward('unpublishEpisode', input);
  }

  @Implements(cmsGatewayApi, 'episodeReadiness')
  readiness(@In() input: Input<Api['episodeReadiness']>): Promise<Forwarded> {
    return this.cms.forward('episodeReadiness', input);
  }
}

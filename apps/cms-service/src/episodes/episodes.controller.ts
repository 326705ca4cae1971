import {
  type Caller,
  callerId,
  cmsServiceApi,
  type Input,
  type Episode,
  type Page,
  type Readiness,
} from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { CalledBy } from '@mediamesh/security';
import { Controller } from '@nestjs/common';
import { DraftsService } from '../drafts/drafts.service.js';
import { viewEpisode as view } from '../items/item.js';
import { PublicationService } from '../publishing/publication.service.js';
import { PublishingService } from '../publishing/publishing.service.js';
import { viewReadiness } from '../publishing/readiness-view.js';

type Api = Endpoints<typeof cmsServiceApi>;

@Controller()
export class EpisodesController {
  constructor(
    private readonly drafts: DraftsService,
    private readonly publication: PublicationService,
    private readonly publishing: PublishingService,
  ) {}

  @Implements(cmsServiceApi, 'listEpisodes')
  async list(@In() { params, query }: Input<Api['listEpisodes']>): Promise<Page<Episode>> {
    await this.drafts.find('program', params.id);
    const { drafts, next } = await this.drafts.list({ kind: 'episode', programId: params.id, ...query });
    return { items: drafts.map(view), next };
  }

  @Implements(cmsServiceApi, 'createEpisode')
  async create(@In() { params, body }: Input<Api['createEpisode']>, @CalledBy() caller: Caller): Promise<Episode> {
    return view(await this.drafts.create('episode', body, { programId: params.id, createdBy: callerId(caller) }));
  }

  @Implements(cmsServiceApi, 'getEpisode')
  async get(@In() { params }: Input<Api['getEpisode']>): Promise<Episode> {
    return view(await this.drafts.get('episode', params.id));
  }

  @Implements(cmsServiceApi, 'patchEpisode')
  async patch(
    @In() { params, body, ifMatch }: Input<Api['patchEpisode']>,
    @CalledBy() caller: Caller,
  ): Promise<Episode> {
    return view(await this.drafts.patch('episode', params.id, body, ifMatch, callerId(caller)));
  }

  @Implements(cmsServiceApi, 'deleteEpisode')
  delete(@In() { params, ifMatch }: Input<Api['deleteEpisode']>): Promise<void> {
    return this.publication.trash('episode', params.id, ifMatch);
  }

  @Implements(cmsServiceApi, 'publishEpisode')
  async publish(@In() { params, body, ifMatch }: Input<Api['publishEpisode']>): Promise<Episode> {
    return view(await this.publishing.publish('episode', params.id, { languages: body?.languages, ifMatch }));
  }

  @Implements(cmsServiceApi, 'unpublishEpisode')
  async unpublish(@In() { params, body, ifMatch }: Input<Api['unpublishEpisode']>): Promise<Episode> {
    return view(await this.publishing.unpublish('episode', params.id, { languages: body?.languages, ifMatch }));
  }

  @Implements(cmsServiceApi, 'episodeReadiness')
  async readiness(@In() { params }: Input<Api['episodeReadiness']>): Promise<Readiness> {
    return viewReadiness(await this.publishing.readiness('episode', params.id));
  }
}

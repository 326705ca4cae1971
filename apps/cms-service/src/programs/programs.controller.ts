import {
  type Caller,
  callerId,
  cmsServiceApi,
  type Input,
  type Program,
  type Page,
  type Readiness,
} from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { CalledBy } from '@mediamesh/security';
import { Controller } from '@nestjs/common';
import { DraftsService } from '../drafts/drafts.service.js';
import { viewProgram as view } from '../items/item.js';
import { PublicationService } from '../publishing/publication.service.js';
import { PublishingService } from '../publishing/publishing.service.js';
import { viewReadiness } from '../publishing/readiness-view.js';

type Api = Endpoints<typeof cmsServiceApi>;

@Controller()
export class ProgramsController {
  constructor(
    private readonly drafts: DraftsService,
    private readonly publication: PublicationService,
    private readonly publishing: PublishingService,
  ) {}

  @Implements(cmsServiceApi, 'listPrograms')
  async list(@In() { query }: Input<Api['listPrograms']>): Promise<Page<Program>> {
    const { drafts, next } = await this.drafts.list({ kind: 'program', ...query });
    return { items: drafts.map(view), next };
  }

  @Implements(cmsServiceApi, 'createProgram')
  async create(@In() { body }: Input<Api['createProgram']>, @CalledBy() caller: Caller): Promise<Program> {
    return view(await this.drafts.create('program', body, { createdBy: callerId(caller) }));
  }

  @Implements(cmsServiceApi, 'getProgram')
  async get(@In() { params }: Input<Api['getProgram']>): Promise<Program> {
    return view(await this.drafts.get('program', params.id));
  }

  @Implements(cmsServiceApi, 'patchProgram')
  async patch(
    @In() { params, body, ifMatch }: Input<Api['patchProgram']>,
    @CalledBy() caller: Caller,
  ): Promise<Program> {
    return view(await this.drafts.patch('program', params.id, body, ifMatch, callerId(caller)));
  }

  @Implements(cmsServiceApi, 'deleteProgram')
  delete(@In() { params, ifMatch }: Input<Api['deleteProgram']>): Promise<void> {
    return this.publication.trash('program', params.id, ifMatch);
  }

  @Implements(cmsServiceApi, 'publishProgram')
  async publish(@In() { params, body, ifMatch }: Input<Api['publishProgram']>): Promise<Program> {
    return view(await this.publishing.publish('program', params.id, { languages: body?.languages, ifMatch }));
  }

  @Implements(cmsServiceApi, 'unpublishProgram')
  async unpublish(@In() { params, body, ifMatch }: Input<Api['unpublishProgram']>): Promise<Program> {
    return view(await this.publishing.unpublish('program', params.id, { languages: body?.languages, ifMatch }));
  }

  @Implements(cmsServiceApi, 'programReadiness')
  async readiness(@In() { params }: Input<Api['programReadiness']>): Promise<Readiness> {
    return viewReadiness(await this.publishing.readiness('program', params.id));
  }
}

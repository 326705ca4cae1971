import { cmsGatewayApi, cmsServiceApi, type Input } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type Forwarded, Implements, In } from '@mediamesh/http';
import { Controller } from '@nestjs/common';

type Api = Endpoints<typeof cmsGatewayApi>;

/** Programs, for editors. */
@Controller()
export class ProgramsController {
  private readonly cms: Client<typeof cmsServiceApi>;

  constructor(clients: Clients) {
    this.cms = clients.of(cmsServiceApi);
  }

  @Implements(cmsGatewayApi, 'listPrograms')
  list(@In() input: Input<Api['listPrograms']>): Promise<Forwarded> {
    return this.cms.forward('listPrograms', input);
  }

  @Implements(cmsGatewayApi, 'createProgram')
  create(@In() input: Input<Api['createProgram']>): Promise<Forwarded> {
    return this.cms.forward('createProgram', input);
  }

  @Implements(cmsGatewayApi, 'getProgram')
  get(@In() input: Input<Api['getProgram']>): Promise<Forwarded> {
    return this.cms.forward('getProgram', input);
  }

  @Implements(cmsGatewayApi, 'patchProgram')
  patch(@In() input: Input<Api['patchProgram']>): Promise<Forwarded> {
    return this.cms.forward('patchProgram', input);
  }

  @Implements(cmsGatewayApi, 'deleteProgram')
  delete(@In() input: Input<Api['deleteProgram']>): Promise<Forwarded> {
    return this.cms.forward('deleteProgram', input);
  }

  @Implements(cmsGatewayApi, 'publishProgram')
  publish(@In() input: Input<Api['publishProgram']>): Promise<Forwarded> {
    return this.cms.forward('publishProgram', input);
  }

  @Implements(cmsGatewayApi, 'unpublishProgram')
  unpublish(@In() input: Input<Api['unpublishProgram']>): Promise<Forwarded> {
    return this.cms.forward('unpublishProgram', input);
  }

  @Implements(cmsGatewayApi, 'programReadiness')
  readiness(@In() input: Input<Api['programReadiness']>): Promise<Forwarded> {
    return this.cms.forward('programReadiness', input);
  }
}

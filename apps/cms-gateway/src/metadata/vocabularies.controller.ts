import { cmsMetadataApi, metadataServiceApi, type Input } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type Forwarded, Implements, In } from '@mediamesh/http';
import { Controller } from '@nestjs/common';

type Api = Endpoints<typeof cmsMetadataApi>;

/** The vocabularies editors choose from. */
@Controller()
export class VocabulariesController {
  private readonly metadata: Client<typeof metadataServiceApi>;

  constructor(clients: Clients) {
    this.metadata = clients.of(metadataServiceApi);
  }

  @Implements(cmsMetadataApi, 'listCategories')
  categories(@In() input: Input<Api['listCategories']>): Promise<Forwarded> {
    return this.metadata.forward('listCategories', input);
  }
}

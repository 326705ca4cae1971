import { type Answer, type Categories, metadataServiceApi } from '@mediamesh/contracts';
import { type Endpoints, Implements } from '@mediamesh/http';
import { Controller } from '@nestjs/common';
import { VocabulariesService } from './vocabularies.service.js';

@Controller()
export class VocabulariesController {
  constructor(private readonly vocabularies: VocabulariesService) {}

  @Implements(metadataServiceApi, 'listCategories')
  categories(): Promise<Categories> {
    return this.vocabularies.categories();
  }

  @Implements(metadataServiceApi, 'announceVocabularies')
  async announce(): Promise<Answer<Endpoints<typeof metadataServiceApi>['announceVocabularies']>> {
    return { announced: await this.vocabularies.announce() };
  }
}

import { type Categories, metadataServiceApi } from '@mediamesh/contracts';
import { Implements } from '@mediamesh/http';
import { Controller, Inject } from '@nestjs/common';
import { VocabulariesService } from './vocabularies.service.js';

@Controller()
export class VocabulariesController {
  constructor(@Inject(VocabulariesService) private readonly vocabularies: VocabulariesService) {}

  @Implements(metadataServiceApi, 'listCategories')
  categories(): Promise<Categories> {
    return this.vocabularies.categories();
  }
}

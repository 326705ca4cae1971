import { catalogueChanged, vocabularyChanged } from '@mediamesh/contracts';
import { Consumes, Ctx, EventContext, Payload } from '@mediamesh/events';
import { Outbox } from '@mediamesh/outbox';
import { Controller } from '@nestjs/common';
import { VocabulariesRepository } from './vocabularies.repository.js';

@Controller()
export class VocabularyConsumer {
  constructor(
    private readonly vocabularies: VocabulariesRepository,
    private readonly outbox: Outbox,
  ) {}

  @Consumes(vocabularyChanged, { consumer: 'vocabulary' })
  async changed(
    @Payload() { vocabulary, version, items }: Payload<typeof vocabularyChanged>,
    @Ctx() { tx }: EventContext,
  ): Promise<void> {
    await this.vocabularies.put(tx, vocabulary, version, items);
    await this.outbox.append(tx, catalogueChanged, { id: vocabulary, kind: vocabulary, tags: ['categories'] });
  }
}

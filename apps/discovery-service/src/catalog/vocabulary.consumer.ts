import { catalogueChanged, type Payload, vocabularyChanged } from '@mediamesh/contracts';
import { Consumes, EventContext } from '@mediamesh/events';
import { Outbox } from '@mediamesh/outbox';
import { Controller } from '@nestjs/common';
import { Ctx, Payload as PayloadOf } from '@nestjs/microservices';
import { VocabulariesRepository } from './vocabularies.repository.js';

/** Keeps the names of categories as metadata-service says them. */
@Controller()
export class VocabularyConsumer {
  constructor(
    private readonly vocabularies: VocabulariesRepository,
    private readonly outbox: Outbox,
  ) {}

  @Consumes(vocabularyChanged, { consumer: 'vocabulary' })
  async changed(
    @PayloadOf() { vocabulary, version, items }: Payload<typeof vocabularyChanged>,
    @Ctx() { tx }: EventContext,
  ): Promise<void> {
    await this.vocabularies.put(tx, vocabulary, version, items);
    await this.outbox.append(tx, catalogueChanged, { id: vocabulary, kind: vocabulary, tags: ['categories'] });
  }
}

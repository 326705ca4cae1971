import {
  catalogueChanged,
  contentPublished,
  contentUnpublished,
  contentUpdated,
  type Payload,
  type PublicDocument,
  type Tombstone,
} from '@mediamesh/contracts';
import { Consumes, EventContext } from '@mediamesh/events';
import { Outbox } from '@mediamesh/outbox';
import { Controller } from '@nestjs/common';
import { Ctx, Payload as PayloadOf } from '@nestjs/microservices';
import { tagsOf } from './catalog-tags.js';
import { CatalogStore } from './catalog-store.js';

/** Keeps the catalogue as cms-service says it is. */
@Controller()
export class ContentConsumer {
  constructor(
    private readonly catalog: CatalogStore,
    private readonly outbox: Outbox,
  ) {}

  @Consumes(contentPublished, { consumer: 'catalogue' })
  published(@PayloadOf() { document }: Payload<typeof contentPublished>, @Ctx() context: EventContext): Promise<void> {
    return this.store(document, context);
  }

  @Consumes(contentUpdated, { consumer: 'catalogue' })
  updated(@PayloadOf() { document }: Payload<typeof contentUpdated>, @Ctx() context: EventContext): Promise<void> {
    return this.store(document, context);
  }

  @Consumes(contentUnpublished, { consumer: 'catalogue' })
  unpublished(@PayloadOf() tombstone: Payload<typeof contentUnpublished>, @Ctx() context: EventContext): Promise<void> {
    return this.store(tombstone, context);
  }

  /**
   * Caches are told after every put, also of one that changed nothing: with a store elsewhere an earlier try may have
   * changed it.
   */
  private async store(document: PublicDocument | Tombstone, { tx }: EventContext): Promise<void> {
    await this.catalog.put(document, tx);
    await this.outbox.append(tx, catalogueChanged, { id: document.id, kind: document.kind, tags: tagsOf(document) });
  }
}

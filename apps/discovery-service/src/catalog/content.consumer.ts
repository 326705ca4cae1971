import {
  catalogueChanged,
  contentPublished,
  contentUnpublished,
  contentUpdated,
  type PublicDocument,
  type Tombstone,
} from '@mediamesh/contracts';
import { Consumes, Ctx, EventContext, Payload } from '@mediamesh/events';
import { Outbox } from '@mediamesh/outbox';
import { Controller } from '@nestjs/common';
import { tagsOf } from './catalog-tags.js';
import { CatalogStore } from './catalog-store.js';

@Controller()
export class ContentConsumer {
  constructor(
    private readonly catalog: CatalogStore,
    private readonly outbox: Outbox,
  ) {}

  @Consumes(contentPublished, { consumer: 'catalogue' })
  published(@Payload() { document }: Payload<typeof contentPublished>, @Ctx() context: EventContext): Promise<void> {
    return this.store(document, context);
  }

  @Consumes(contentUpdated, { consumer: 'catalogue' })
  updated(@Payload() { document }: Payload<typeof contentUpdated>, @Ctx() context: EventContext): Promise<void> {
    return this.store(document, context);
  }

  @Consumes(contentUnpublished, { consumer: 'catalogue' })
  unpublished(@Payload() tombstone: Payload<typeof contentUnpublished>, @Ctx() context: EventContext): Promise<void> {
    return this.store(tombstone, context);
  }

  /** Always announces the change: with an external store an earlier attempt may have made it. */
  private async store(document: PublicDocument | Tombstone, { tx }: EventContext): Promise<void> {
    await this.catalog.put(document, tx);
    await this.outbox.append(tx, catalogueChanged, { id: document.id, kind: document.kind, tags: tagsOf(document) });
  }
}

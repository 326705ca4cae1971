import {
  contentDeleted,
  contentPublished,
  contentUnpublished,
  contentUpdated,
  type PublicDocument,
} from '@mediamesh/contracts';
import { Consumes, Ctx, type EventContext, Payload } from '@mediamesh/events';
import { Controller } from '@nestjs/common';
import { ClaimsRepository } from '../assets/claims.repository.js';
import { VisibilityRepository } from './visibility.repository.js';

/** The name of the consumer group, on brokers and in the inbox; it must not change. */
const consumer = 'publicity';

/**
 * Keeps which assets are public, which are those that a live document names. The row of a withdrawn document stays,
 * without assets, so that older events are ignored. The claims of a deleted item are released.
 */
@Controller()
export class VisibilityConsumer {
  constructor(
    private readonly visibility: VisibilityRepository,
    private readonly claims: ClaimsRepository,
  ) {}

  @Consumes(contentPublished, { consumer })
  published(@Payload() { document }: Payload<typeof contentPublished>, @Ctx() context: EventContext): Promise<void> {
    return this.visibility.put(context.tx, document.id, document.revision, assetsIn(document));
  }

  @Consumes(contentUpdated, { consumer })
  updated(@Payload() { document }: Payload<typeof contentUpdated>, @Ctx() context: EventContext): Promise<void> {
    return this.visibility.put(context.tx, document.id, document.revision, assetsIn(document));
  }

  @Consumes(contentUnpublished, { consumer })
  unpublished(
    @Payload() { id, revision }: Payload<typeof contentUnpublished>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    return this.visibility.put(context.tx, id, revision, []);
  }

  @Consumes(contentDeleted, { consumer })
  deleted(@Payload() { id }: Payload<typeof contentDeleted>, @Ctx() context: EventContext): Promise<void> {
    return this.claims.release(context.tx, id);
  }
}

const assetsIn = (document: PublicDocument): string[] => {
  const files = document.kind === 'episode' ? [document.cover, document.media] : [document.cover];
  return [...new Set(files.flatMap((file) => file?.assetId ?? []))];
};

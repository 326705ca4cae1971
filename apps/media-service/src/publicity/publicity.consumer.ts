import {
  contentDeleted,
  contentPublished,
  contentUnpublished,
  contentUpdated,
  type Payload as PayloadOf,
  type PublicDocument,
} from '@mediamesh/contracts';
import { Consumes, type EventContext } from '@mediamesh/events';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ClaimsRepository } from '../claims/claims.repository.js';
import { PublicityRepository } from './publicity.repository.js';

const consumer = 'publicity';

/**
 * An asset is public while a live document names it. A withdrawn document leaves its row without assets, which outranks
 * everything older. A purged item also lets go of its claims.
 */
@Controller()
export class PublicityConsumer {
  constructor(
    private readonly publicity: PublicityRepository,
    private readonly claims: ClaimsRepository,
  ) {}

  @Consumes(contentPublished, { consumer })
  published(@Payload() { document }: PayloadOf<typeof contentPublished>, @Ctx() context: EventContext): Promise<void> {
    return this.publicity.put(context.tx, document.id, document.revision, assetsIn(document));
  }

  @Consumes(contentUpdated, { consumer })
  updated(@Payload() { document }: PayloadOf<typeof contentUpdated>, @Ctx() context: EventContext): Promise<void> {
    return this.publicity.put(context.tx, document.id, document.revision, assetsIn(document));
  }

  @Consumes(contentUnpublished, { consumer })
  unpublished(
    @Payload() { id, revision }: PayloadOf<typeof contentUnpublished>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    return this.publicity.put(context.tx, id, revision, []);
  }

  @Consumes(contentDeleted, { consumer })
  deleted(@Payload() { id }: PayloadOf<typeof contentDeleted>, @Ctx() context: EventContext): Promise<void> {
    return this.claims.release(context.tx, id);
  }
}

const assetsIn = (document: PublicDocument): string[] => {
  const files = document.kind === 'episode' ? [document.cover, document.media] : [document.cover];
  return [...new Set(files.flatMap((file) => file?.assetId ?? []))];
};

import { assetReady } from '@mediamesh/contracts';
import { Consumes, Payload } from '@mediamesh/events';
import { Controller } from '@nestjs/common';
import { PublicationService } from './publication.service.js';

/** Adds a file that became ready to the documents of the items that use it. */
@Controller()
export class MediaConsumer {
  constructor(private readonly publication: PublicationService) {}

  @Consumes(assetReady, { consumer: 'documents', effects: 'elsewhere' })
  onAssetReady(@Payload() { owners }: Payload<typeof assetReady>): Promise<void> {
    return this.publication.rebuild(owners);
  }
}

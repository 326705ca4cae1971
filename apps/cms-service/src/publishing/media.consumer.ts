import { assetReady } from '@mediamesh/contracts';
import { Consumes, Payload } from '@mediamesh/events';
import { Controller } from '@nestjs/common';
import { PublishingService } from './publishing.service.js';

/** A file that became ready appears in the documents of the items that use it. */
@Controller()
export class MediaConsumer {
  constructor(private readonly publishing: PublishingService) {}

  @Consumes(assetReady, { consumer: 'documents', effects: 'elsewhere' })
  async onAssetReady(@Payload() { owners }: Payload<typeof assetReady>): Promise<void> {
    for (const owner of owners) await this.publishing.rebuild(owner);
  }
}

import { contentPublished, contentUnpublished, contentUpdated } from '@mediamesh/contracts';
import { Consumes, Payload } from '@mediamesh/events';
import { Controller } from '@nestjs/common';
import { SearchIndex } from '../search-index/search-index.js';

// The index commits before the inbox: an event recorded as done is in the index, and a redelivery changes nothing.
const indexing = { consumer: 'indexing', effects: 'elsewhere' } as const;

@Controller()
export class ContentConsumer {
  constructor(private readonly index: SearchIndex) {}

  @Consumes(contentPublished, indexing)
  published(@Payload() { document }: Payload<typeof contentPublished>): Promise<void> {
    return this.index.upsert([document]);
  }

  @Consumes(contentUpdated, indexing)
  updated(@Payload() { document }: Payload<typeof contentUpdated>): Promise<void> {
    return this.index.upsert([document]);
  }

  @Consumes(contentUnpublished, indexing)
  unpublished(@Payload() tombstone: Payload<typeof contentUnpublished>): Promise<void> {
    return this.index.remove([tombstone]);
  }
}

import {
  type AppName,
  type Input,
  outboxApi,
  type OutboxState,
  type Page,
  type ParkedEvent,
} from '@mediamesh/contracts';
import { Cursors, Implements, In } from '@mediamesh/http';
import { OutboxRecords } from '@mediamesh/outbox';
import { Controller, type Type } from '@nestjs/common';

type Endpoints = ReturnType<typeof outboxApi>['endpoints'];

export function createOutboxController(app: AppName): Type {
  const api = outboxApi(app);

  @Controller()
  class OutboxController {
    constructor(
      private readonly records: OutboxRecords,
      private readonly cursors: Cursors,
    ) {}

    @Implements(api, 'readOutbox')
    read(): Promise<OutboxState> {
      return this.records.read();
    }

    @Implements(api, 'listParkedEvents')
    async list(@In() { query }: Input<Endpoints['listParkedEvents']>): Promise<Page<ParkedEvent>> {
      const scope = ['parked-events', app];
      const below = this.cursors.read(scope, query.cursor)?.[0];
      const page = await this.records.listParked({
        below: below === undefined ? undefined : String(below),
        limit: query.limit,
      });
      return { items: page.items, next: page.next && this.cursors.write(scope, [page.next]) };
    }

    @Implements(api, 'retryParkedEvent')
    retry(@In() { params }: Input<Endpoints['retryParkedEvent']>): Promise<void> {
      return this.records.retry(params.id);
    }
  }
  return OutboxController;
}

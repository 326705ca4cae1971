import {
  type AppName,
  type DeadLetter,
  type DeadLetterDetail,
  deadLettersApi,
  type Input,
  type Page,
} from '@mediamesh/contracts';
import { DeadLetters } from '@mediamesh/events';
import { Cursors, Implements, In } from '@mediamesh/http';
import { Controller, type Type } from '@nestjs/common';

type Endpoints = ReturnType<typeof deadLettersApi>['endpoints'];

export function createDeadLettersController(app: AppName): Type {
  const api = deadLettersApi(app);

  @Controller()
  class DeadLettersController {
    constructor(
      private readonly deadLetters: DeadLetters,
      private readonly cursors: Cursors,
    ) {}

    @Implements(api, 'listDeadLetters')
    async list(@In() { query }: Input<Endpoints['listDeadLetters']>): Promise<Page<DeadLetter>> {
      const scope = ['dead-letters', app];
      const after = this.cursors.read(scope, query.cursor)?.[0];
      const page = await this.deadLetters.list({ limit: query.limit, ...(typeof after === 'string' && { after }) });
      return { items: page.items, next: page.next && this.cursors.write(scope, [page.next]) };
    }

    @Implements(api, 'getDeadLetter')
    get(@In() { params }: Input<Endpoints['getDeadLetter']>): Promise<DeadLetterDetail> {
      return this.deadLetters.get(params.id);
    }

    @Implements(api, 'replayDeadLetter')
    replay(
      @In() { params }: Input<Endpoints['replayDeadLetter']>,
    ): Promise<{ handled: boolean; error: string | null }> {
      return this.deadLetters.replay(params.id);
    }

    @Implements(api, 'discardDeadLetter')
    discard(@In() { params }: Input<Endpoints['discardDeadLetter']>): Promise<void> {
      return this.deadLetters.discard(params.id);
    }
  }
  return DeadLettersController;
}

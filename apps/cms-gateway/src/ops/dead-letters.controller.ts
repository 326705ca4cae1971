import { cmsOpsApi, ConsumingApp, deadLettersApi, type Input } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type ServiceAnswer, Implements, In } from '@mediamesh/http';
import { Controller } from '@nestjs/common';

type Api = Endpoints<typeof cmsOpsApi>;
type Letters = Client<ReturnType<typeof deadLettersApi>>;

/** Forwards each call to the service that keeps the dead letter. */
@Controller()
export class DeadLettersController {
  private readonly letters: Readonly<Record<ConsumingApp, Letters>>;

  constructor(clients: Clients) {
    this.letters = Object.fromEntries(
      ConsumingApp.options.map((app) => [app, clients.of(deadLettersApi(app))]),
    ) as Record<ConsumingApp, Letters>;
  }

  @Implements(cmsOpsApi, 'listDeadLetters')
  list(@In() { query: { app, ...query } }: Input<Api['listDeadLetters']>): Promise<ServiceAnswer> {
    return this.letters[app].forward('listDeadLetters', { query });
  }

  @Implements(cmsOpsApi, 'getDeadLetter')
  get(@In() { params: { app, id } }: Input<Api['getDeadLetter']>): Promise<ServiceAnswer> {
    return this.letters[app].forward('getDeadLetter', { params: { id } });
  }

  @Implements(cmsOpsApi, 'replayDeadLetter')
  replay(@In() { params: { app, id } }: Input<Api['replayDeadLetter']>): Promise<ServiceAnswer> {
    return this.letters[app].forward('replayDeadLetter', { params: { id } });
  }

  @Implements(cmsOpsApi, 'discardDeadLetter')
  discard(@In() { params: { app, id } }: Input<Api['discardDeadLetter']>): Promise<ServiceAnswer> {
    return this.letters[app].forward('discardDeadLetter', { params: { id } });
  }
}

import { describe, expect, it } from '@jest/globals';
import { unavailable } from '@mediamesh/contracts';
import { createMetrics, type Fields, silentLogger } from '@mediamesh/observability';
import { createSubscription } from './delivery.js';
import { factOf, happened } from './fixtures/bus-bench.js';

describe('a delivery that waits for something', () => {
  it('says so with the event it concerns, so that a person can look for it', async () => {
    const said: [string, Fields | undefined][] = [];
    const logger = {
      ...silentLogger,
      warn: (message: string, fields?: Fields) => void said.push([message, fields]),
    } as typeof silentLogger;
    const handlers = new Map([
      [happened.type, { event: happened, handle: () => Promise.reject(unavailable('request.unavailable')) }],
    ]);
    const subscription = createSubscription(
      {
        app: 'search-service',
        group: 'search-service.one',
        effects: 'elsewhere',
        broadcast: true,
        deadline: 1_000,
        handlers,
        database: undefined,
      },
      { logger, metrics: createMetrics('test') },
    );
    const { envelope } = factOf('a', 1);
    expect(await subscription.deliver(envelope, { failed: 1, paused: 2 })).toMatchObject({
      done: false,
      tries: { failed: 1, paused: 3 },
    });
    expect(said).toEqual([
      [
        expect.stringContaining('pauses'),
        expect.objectContaining({ consumer: 'search-service.one', eventId: envelope.id }),
      ],
    ]);
  });
});

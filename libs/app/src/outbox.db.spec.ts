import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withConnection } from '@mediamesh/postgres/embedded';
import { eventually, startTestApp, type TestApp, type TestBody } from '@mediamesh/testing';
import { defineApp } from './define-app.js';

const app = defineApp({
  name: 'search-service',
  database: 'search',
  apis: [],
  config: {},
  controllers: [],
  providers: () => [],
});

describe('the outbox of an app, for operators', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await startTestApp(app);
  });
  afterAll(() => service.close());

  const query = (sql: string, parameters: unknown[] = []) =>
    withConnection(service.databaseUrl ?? '', (connection) => connection.query(sql, parameters));
  const ask = (path: string, method = 'GET') =>
    service.request(`/internal/v1/outbox${path}`, { method, service: 'mesh' });
  const state = async (): Promise<TestBody> => (await ask('')).body;
  async function park(subject: string): Promise<string> {
    const id = randomUUIDv7();
    const envelope = {
      id,
      type: 'search.index.requested',
      source: 'search-service',
      subject,
      time: '2026-11-22T12:00:00.000Z',
      dataschema: 'urn:mediamesh:event:search.index.requested:v1',
      partitionkey: subject,
      data: {},
    };
    await query(
      `insert into outbox (event_id, topic, envelope, size, parked_at, parked_reason)
       values ($1, 'search.events', $2, 100, now(), 'the broker refused it')`,
      [id, JSON.stringify(envelope)],
    );
    return id;
  }

  it('tells what is unsent, and what is parked with its reason, newest first', async () => {
    expect(await state()).toEqual({ unsent: 0, oldestUnsentAt: null, parked: 0 });
    const ids = [await park('one'), await park('two'), await park('three')];
    expect(await state()).toMatchObject({ unsent: 0, parked: 3 });
    const first = (await ask('/parked?limit=2')).body;
    const second = (await ask(`/parked?limit=2&cursor=${encodeURIComponent(first.next)}`)).body;
    expect([...first.items, ...second.items].map(({ eventId }: { eventId: string }) => eventId)).toEqual(
      ids.toReversed(),
    );
    expect(second.next).toBeNull();
    expect(first.items[0]).toMatchObject({
      type: 'search.index.requested',
      subject: 'three',
      topic: 'search.events',
      size: 100,
      reason: 'the broker refused it',
      parkedAt: expect.stringMatching(/Z$/),
    });
  });

  it('offers a parked event to the bus once more', async () => {
    const id = await park('again');
    const { parked } = await state();
    expect((await ask(`/parked/${id}/retry`, 'POST')).status).toBe(204);
    await eventually(
      () => query('select sent_at from outbox where event_id = $1', [id]),
      ([row]) => row?.['sent_at'] !== null,
      'it is sent',
    );
    expect(await state()).toMatchObject({ unsent: 0, parked: parked - 1 });
    expect(await ask(`/parked/${id}/retry`, 'POST')).toMatchObject({
      status: 404,
      body: { code: 'outbox.event_not_found' },
    });
  });

  it('is for administrators and services alone', async () => {
    for (const [path, method] of [
      ['', 'GET'],
      ['/parked', 'GET'],
      [`/parked/${randomUUIDv7()}/retry`, 'POST'],
    ] as const) {
      const status = async (request: object) =>
        (await service.request(`/internal/v1/outbox${path}`, { method, ...request })).status;
      expect(await status({ user: 'EDITOR' })).toBe(403);
      expect(await status({ user: 'ADMIN', service: null })).toBe(401);
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeadLetter, deadLettersApi, notFound, type Reindex, searchServiceApi } from '@mediamesh/contracts';
import { startTestApp, stubNeighbour, type TestApp } from '@mediamesh/testing';
import { cmsGateway } from '../index.js';

const id = '0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e8f';
const time = '2026-11-22T12:00:00.000Z';
const rebuild: Reindex = {
  id,
  status: 'queued',
  requestedBy: 'user:x',
  documents: 0,
  tombstones: 0,
  total: null,
  found: null,
  generation: null,
  error: null,
  createdAt: time,
  startedAt: null,
  finishedAt: null,
};
const letter: DeadLetter = {
  id,
  consumer: 'media-service.publicity',
  eventId: id,
  type: 'content.published',
  subject: 'x',
  attempts: 5,
  error: 'no',
  failedAt: time,
};

describe('operations through the CMS gateway', () => {
  const search = stubNeighbour(searchServiceApi, {
    startReindex: () => rebuild,
    listReindexes: () => ({ items: [rebuild], next: null }),
    getReindex: ({ params }) => {
      if (params.id !== id) throw notFound('reindex.not_found');
      return rebuild;
    },
  });
  const media = stubNeighbour(deadLettersApi('media-service'), {
    listDeadLetters: () => ({ items: [letter], next: null }),
    getDeadLetter: () => ({ ...letter, event: {}, stack: null }),
    replayDeadLetter: () => ({ handled: false, error: 'still broken' }),
    discardDeadLetter: () => undefined,
  });
  let gateway: TestApp;
  beforeAll(async () => {
    gateway = await startTestApp(cmsGateway, { neighbours: [search, media] });
  });
  afterAll(() => gateway.close());

  const ask = (method: string, path: string, user: 'ADMIN' | 'EDITOR' = 'ADMIN') =>
    gateway.request(`/api/v1/ops${path}`, { method, user });

  it('have the index built anew, and tell where to look', async () => {
    const { status, body } = await ask('POST', '/reindex');
    expect([status, body]).toEqual([202, rebuild]);
    expect((await ask('GET', `/reindexes/${id}`)).body).toEqual(rebuild);
    expect((await ask('GET', '/reindexes')).body.items).toEqual([rebuild]);
    expect(await ask('GET', '/reindexes/0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e80')).toMatchObject({
      status: 404,
      body: { code: 'reindex.not_found' },
    });
  });

  it('show, replay and discard the dead letters of one service', async () => {
    expect((await ask('GET', '/dead-letters?app=media-service&limit=5')).body.items).toEqual([letter]);
    expect(media.calls.at(-1)?.input.query).toEqual({ limit: 5 });
    expect((await ask('GET', `/dead-letters/media-service/${id}`)).body).toMatchObject({ id, event: {} });
    expect(await ask('POST', `/dead-letters/media-service/${id}/replay`)).toMatchObject({
      status: 200,
      body: { handled: false, error: 'still broken' },
    });
    expect((await ask('DELETE', `/dead-letters/media-service/${id}`)).status).toBe(204);
    expect(media.calls.at(-1)).toMatchObject({ endpoint: 'discardDeadLetter', input: { params: { id } } });
  });

  it.each([
    '/dead-letters',
    '/dead-letters?app=auth-service',
    `/dead-letters/auth-service/${id}`,
    '/dead-letters/media-service/x',
    '/reindexes?app=x',
    '/reindexes/x',
  ])('refuse %s', async (path) => {
    expect((await ask('GET', path)).status).toBe(422);
  });

  it('are for administrators alone', async () => {
    const all = [
      ['POST', '/reindex'],
      ['GET', '/reindexes'],
      ['GET', `/reindexes/${id}`],
      ['GET', '/dead-letters?app=media-service'],
      ['GET', `/dead-letters/media-service/${id}`],
      ['POST', `/dead-letters/media-service/${id}/replay`],
      ['DELETE', `/dead-letters/media-service/${id}`],
    ] as const;
    for (const [method, path] of all) {
      expect([path, (await ask(method, path, 'EDITOR')).status]).toEqual([path, 403]);
      expect([path, (await gateway.request(`/api/v1/ops${path}`, { method })).status]).toEqual([path, 401]);
    }
  });
});

import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contentPublished, contentUnpublished, contentUpdated, unavailable } from '@mediamesh/contracts';
import { eventually } from '@mediamesh/testing';
import { buildProgram, buildTombstone } from '../search-index/public-document.builder.js';
import { RebuildDriver } from './rebuild-driver.builder.js';

/** Ids that sort as they are numbered. */
const id = (n: number): string => `0199d2c4-7d10-7a41-8c55-${String(n).padStart(12, '0')}`;
const program = (n: number, revision = 1) => buildProgram(id(n), { ar: `قهوة ${n}` }, { revision });

describe('building the index anew', () => {
  let search: RebuildDriver;
  beforeAll(async () => {
    search = await RebuildDriver.start({ SEARCH_REBUILD_PATIENCE_SECONDS: '3' });
  });
  afterAll(() => search.close());
  beforeEach(async () => {
    search.beforePage = () => undefined;
    search.index.beforeAdd = () => undefined;
    search.index.beforeSwap = () => undefined;
    search.index.afterSwap = () => undefined;
    search.isAway = false;
    await eventually(
      () => search.query(`select 1 from rebuilds where status in ('queued', 'running')`),
      (rows) => rows.length === 0,
      'no rebuild is under way',
    );
  });

  it('takes over what is public, forgets what is not, and puts a new index in the place of the old', async () => {
    await search.index.upsert([buildProgram('gone long ago', { ar: 'قديم' })]);
    search.items = [...Array.from({ length: 7 }, (_, n) => program(n)), buildTombstone(id(8), 5)];
    const before = await search.index.generation();
    const { status, headers, body } = await search.request('/reindexes', { method: 'POST' });
    expect([status, headers.get('location')]).toEqual([202, `/internal/v1/reindexes/${body.id}`]);
    expect(body).toMatchObject({
      status: expect.stringMatching(/queued|running/),
      requestedBy: `user:${search.app.users.ADMIN.id}`,
      error: null,
    });
    const ended = await search.ended(body.id);
    expect(ended).toMatchObject({
      status: 'completed',
      documents: 7,
      tombstones: 1,
      total: 8,
      found: 7,
      generation: await search.index.generation(),
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
    });
    expect(ended.generation).not.toBe(before);
    expect(Object.keys(search.index.documents)).toEqual(Array.from({ length: 7 }, (_, n) => id(n)));
    // the tombstone is kept: a late older document stays out
    await search.index.upsert([program(8, 4)]);
    expect(search.index.documents).not.toHaveProperty(id(8));
    expect(
      await search.query(`select envelope->>'type' as type from outbox where envelope->>'subject' = $1`, [body.id]),
    ).toEqual([{ type: 'search.index.requested' }]);
  });

  it('answers the rebuild under way to whoever asks for another', async () => {
    search.items = [program(1)];
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    search.beforePage = () => held;
    const [one, other] = await Promise.all([search.begin(), search.begin()]);
    expect(other.id).toBe(one.id);
    expect((await search.begin()).id).toBe(one.id);
    letGo();
    expect(await search.ended(one.id)).toMatchObject({ status: 'completed' });
    expect((await search.begin()).id).not.toBe(one.id);
  });

  it('loses nothing that is published, changed or withdrawn while pages are read', async () => {
    search.items = Array.from({ length: 9 }, (_, n) => program(n, 10));
    let isDone = false;
    // behind and before the page that is being read, and what was never in a page
    search.beforePage = async (after) => {
      if (after !== id(5) || isDone) return;
      isDone = true;
      await search.app.deliver(contentUpdated, { document: program(1, 20) });
      await search.app.deliver(contentUnpublished, { id: id(2), kind: 'program', programId: id(2), revision: 20 });
      await search.app.deliver(contentUnpublished, { id: id(7), kind: 'program', programId: id(7), revision: 20 });
      await search.app.deliver(contentPublished, { document: program(50, 20) });
      await eventually(
        () => search.index.documents,
        (documents) => documents[id(50)] === 20 && !(id(7) in documents),
        'the live index has them',
      );
    };
    const ended = await search.rebuild();
    expect(isDone).toBe(true);
    expect(search.index.documents).toEqual({
      [id(0)]: 10,
      [id(1)]: 20,
      ...Object.fromEntries([3, 4, 5, 6, 8].map((n) => [id(n), 10])),
      [id(50)]: 20,
    });
    expect(ended).toMatchObject({ status: 'completed', found: 8 });
  });

  it('waits for a neighbour that is away, and goes on', async () => {
    search.items = Array.from({ length: 5 }, (_, n) => program(n));
    let refusals = 0;
    search.beforePage = (after) => {
      search.isAway = after !== undefined && (refusals += 1) <= 6;
    };
    expect(await search.rebuild()).toMatchObject({ status: 'completed', documents: 5, found: 5 });
    expect(refusals).toBeGreaterThan(6);
  });

  it('gives up when it is away for too long, says so, and keeps the index as it was', async () => {
    const before = { generation: await search.index.generation(), documents: search.index.documents };
    search.isAway = true;
    expect(await search.rebuild()).toMatchObject({
      status: 'failed',
      error: { code: 'reindex.source_away', detail: expect.stringContaining('could not be read') },
      found: null,
    });
    expect({ generation: await search.index.generation(), documents: search.index.documents }).toEqual(before);
    // the breaker may be open now
    search.isAway = false;
    await eventually(
      () => search.rebuild(),
      ({ status }) => status === 'completed',
      'cms-service is asked again',
      { timeoutMs: 60_000 },
    );
  });

  it('keeps the index when the new one cannot be filled, and says why', async () => {
    const before = await search.index.generation();
    search.items = [program(1)];
    search.index.beforeAdd = () => Promise.reject(new Error('the disk is full'));
    expect(await search.rebuild()).toMatchObject({
      status: 'failed',
      error: { code: 'reindex.internal', detail: 'Something went wrong on our side: the disk is full' },
    });
    expect(await search.index.generation()).toBe(before);
  });

  it('keeps the index when the new one cannot be put in its place, and gives that up', async () => {
    const before = await search.index.generation();
    search.items = [program(1)];
    search.index.beforeSwap = () => {
      throw unavailable('request.unavailable');
    };
    expect(await search.rebuild()).toMatchObject({ status: 'failed', error: { code: 'request.unavailable' } });
    expect([await search.index.generation(), search.index.isBuilding]).toEqual([before, false]);
  });

  it('is completed when only the answer to the swap was lost', async () => {
    search.items = [program(1), program(2)];
    search.index.afterSwap = () => {
      throw new Error('the connection broke');
    };
    expect(await search.rebuild()).toMatchObject({
      status: 'completed',
      found: 2,
      generation: await search.index.generation(),
    });
  });

  it('is listed, newest first, and unknown ones are not there', async () => {
    search.items = [program(1)];
    const ids = [(await search.rebuild()).id, (await search.rebuild()).id];
    const first = (await search.request('/reindexes?limit=1')).body;
    const second = (await search.request(`/reindexes?limit=1&cursor=${encodeURIComponent(first.next)}`)).body;
    expect([first.items[0].id, second.items[0].id]).toEqual(ids.toReversed());
    expect(await search.request(`/reindexes/${randomUUIDv7()}`)).toMatchObject({
      status: 404,
      body: { code: 'reindex.not_found' },
    });
  });

  it('is for administrators and services alone', async () => {
    for (const [method, path] of [
      ['POST', '/reindexes'],
      ['GET', '/reindexes'],
      ['GET', `/reindexes/${randomUUIDv7()}`],
    ] as const) {
      expect((await search.request(path, { method, user: 'EDITOR' })).status).toBe(403);
      expect((await search.request(path, { method, service: null })).status).toBe(401);
    }
    expect((await search.app.request('/internal/v1/reindexes', { service: 'mesh' })).status).toBe(200);
  });
});

describe('a rebuild whose worker ends', () => {
  let search: RebuildDriver;
  beforeAll(async () => {
    search = await RebuildDriver.start();
  });
  afterAll(() => search.close());

  it('is given back by an orderly stop and begun anew by the next start', async () => {
    search.items = Array.from({ length: 9 }, (_, n) => program(n));
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    search.beforePage = (after) => {
      if (after !== id(5)) return;
      reach();
      return held;
    };
    const { id: rebuildId } = await search.begin();
    await reached;
    await eventually(
      () => search.get(rebuildId),
      ({ documents }) => documents === 6,
      'its progress is told',
    );
    const before = await search.index.generation();
    // it does not wait for a page that does not come
    const closed = search.app.close();
    const states = () => search.query('select status, worker from rebuilds where id = $1', [rebuildId]);
    await eventually(
      states,
      ([state]) => state?.['status'] === 'queued' && state['worker'] === null,
      'the rebuild is given back',
    );
    letGo();
    await closed;
    expect(await search.index.generation()).toBe(before);
    await search.startApp();
    expect(await search.ended(rebuildId)).toMatchObject({ status: 'completed', documents: 9, found: 9 });
  });

  it('is taken over when its worker is gone', async () => {
    const rebuildId = randomUUIDv7();
    await search.query(
      `insert into rebuilds (id, status, requested_by, worker, documents)
       values ($1, 'running', 'service:mesh', $2, 5)`,
      [rebuildId, randomUUIDv7()],
    );
    expect(await search.ended(rebuildId)).toMatchObject({ status: 'completed', documents: 9 });
  });

  it('is left to its worker while the lease lasts', () =>
    search.besideAnotherWorker(async (worker) => {
      const rebuildId = randomUUIDv7();
      await search.query(
        `insert into rebuilds (id, status, requested_by, worker) values ($1, 'running', 'service:mesh', $2)`,
        [rebuildId, worker],
      );
      const built = search.index.rebuilds;
      await search.app.close();
      await search.startApp();
      expect((await search.begin()).id).toBe(rebuildId);
      expect([await search.get(rebuildId), search.index.rebuilds]).toEqual([
        expect.objectContaining({ status: 'running' }),
        built,
      ]);
      await search.query('delete from rebuilds where id = $1', [rebuildId]);
    }));

  it('is completed without another one when it died between the swap and saying so', async () => {
    const rebuildId = randomUUIDv7();
    const built = search.index.rebuilds;
    await search.query(
      `insert into rebuilds (id, status, requested_by, worker, documents, generation)
       values ($1, 'running', 'service:mesh', $2, 9, $3)`,
      [rebuildId, randomUUIDv7(), await search.index.generation()],
    );
    expect(await search.ended(rebuildId)).toMatchObject({ status: 'completed', documents: 9, found: 9 });
    expect(search.index.rebuilds).toBe(built);
  });

  it('stops when others have taken it over, and swaps nothing', () =>
    search.besideAnotherWorker(async (worker) => {
      const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
      const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
      search.beforePage = (after) => {
        if (after !== id(5)) return;
        reach();
        return held;
      };
      const before = await search.index.generation();
      const { id: rebuildId } = await search.begin();
      await reached;
      await search.query('update rebuilds set worker = $2 where id = $1', [rebuildId, worker]);
      letGo();
      await eventually(
        async () => (await fetch(`${search.app.url}/metrics`)).text(),
        (text) => /mediamesh_search_rebuilds(?:_total)?\{[^}]*status="lost"/.test(text),
        'the worker has noticed',
      );
      expect(await search.index.generation()).toBe(before);
      expect(await search.get(rebuildId)).toMatchObject({ status: 'running' });
    }));
});

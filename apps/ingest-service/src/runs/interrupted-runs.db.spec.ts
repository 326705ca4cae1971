import { randomUUIDv7 } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unavailable } from '@mediamesh/contracts';
import { migrationsOf } from '@mediamesh/migrations';
import { silentLogger } from '@mediamesh/observability';
import { migrate } from '@mediamesh/postgres';
import { withConnection } from '@mediamesh/postgres/embedded';
import { createTestDatabase, eventually, startTestApp, type TestDatabase } from '@mediamesh/testing';
import { ingestService } from '../index.js';
import { counts, IngestDriver, item, rss } from './ingest-driver.builder.js';

describe('a service that dies in the middle of a run', () => {
  let ingest: IngestDriver;
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase({
      template: 'ingest',
      migrate: (url) => migrate({ url, migrations: migrationsOf('ingest'), logger: silentLogger }),
    });
    ingest = await IngestDriver.start({ INGEST_DATABASE_URL: database.url });
    ingest.reset();
  });
  afterEach(async () => {
    await ingest.close();
    await database.drop();
  });

  it('leaves a failed run, and the next one reads the feed again and completes to the right count', async () => {
    const source = await ingest.addSource();
    ingest.feeds.serve(rss(...Array.from({ length: 300 }, (_, index) => item(index))), { etag: '"one"' });
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: held, reject: dropBatch } = Promise.withResolvers<void>();
    ingest.cms.beforeBatch = () => {
      if (ingest.cms.batches < 2) return undefined;
      reach();
      return held;
    };
    const { body } = await ingest.startRun(source.id);
    await reached;
    expect(await ingest.get(`/runs/${body.id}`)).toMatchObject({
      status: 'running',
      total: 300,
      counts: counts({ new: 200 }),
    });
    // It does not wait for an answer that does not come.
    const closed = ingest.app.close();
    const states = () => withConnection(database.url, (connection) => connection.query('select status from runs'));
    await eventually(states, ([state]) => state?.['status'] === 'failed', 'the run is marked failed');
    dropBatch(unavailable('request.unavailable'));
    await closed;

    ingest.cms.beforeBatch = () => undefined;
    await ingest.startApp({ INGEST_DATABASE_URL: database.url });
    expect(await ingest.get(`/runs/${body.id}`)).toMatchObject({
      status: 'failed',
      error: { code: 'run.interrupted' },
      counts: counts({ new: 200 }),
    });
    expect(await ingest.run(source.id)).toMatchObject({
      status: 'completed',
      total: 300,
      counts: counts({ new: 100, unchanged: 200 }),
    });
    expect(ingest.feeds.requests.at(-1)?.headers).not.toHaveProperty('if-none-match');
    expect(ingest.cms.episodes.size).toBe(300);
  });

  it('is known as dead at once when its process is gone, however fresh its heartbeat', async () => {
    const source = await ingest.addSource();
    const runId = randomUUIDv7();
    await withConnection(database.url, (connection) =>
      connection.query(
        `insert into runs (id, source_id, status, worker, heartbeat_at) values ($1, $2, 'running', $3, now())`,
        [runId, source.id, randomUUIDv7()],
      ),
    );
    expect(await ingest.ended(runId)).toMatchObject({
      status: 'failed',
      error: { code: 'run.interrupted', detail: expect.any(String) },
    });
    const facts = await withConnection(database.url, (connection) =>
      connection.query(`select envelope->>'type' as type, envelope->'data'->>'runId' as run from outbox`),
    );
    expect(facts).toEqual([{ type: 'ingest.failed', run: runId }]);
  });

  it('is known as dead when it falls silent, and its late writes are refused', async () => {
    const source = await ingest.addSource();
    ingest.feeds.serve(rss(item(1)));
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    ingest.cms.beforeBatch = () => {
      reach();
      return held;
    };
    const { body } = await ingest.startRun(source.id);
    await reached;
    // As for one whose lease the server has ended: nobody holds the lease of the run any more.
    await withConnection(database.url, (connection) =>
      connection.query('update runs set worker = $1 where id = $2', [randomUUIDv7(), body.id]),
    );
    const other = await startTestApp(ingestService, {
      environment: { INGEST_ALLOWED_PRIVATE: ingest.feeds.address, INGEST_DATABASE_URL: database.url },
    });
    expect(await ingest.get(`/runs/${body.id}`)).toMatchObject({
      status: 'failed',
      error: { code: 'run.interrupted' },
    });
    letGo();
    await other.close();
    await eventually(
      () => ingest.get(`/runs/${body.id}/items`),
      ({ items: none }) => none.length === 0,
      'nothing was written',
    );
    expect(await ingest.get(`/runs/${body.id}`)).toMatchObject({ status: 'failed', counts: counts({}) });
    const next = await ingest.run(source.id);
    expect(next).toMatchObject({ status: 'completed', counts: counts({ unchanged: 1 }) });
  });
});

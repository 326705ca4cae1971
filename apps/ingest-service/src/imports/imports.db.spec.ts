import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUIDv7 } from 'node:crypto';
import { Refusal, unavailable } from '@mediamesh/contracts';
import { migrationsOf } from '@mediamesh/migrations';
import { silentLogger } from '@mediamesh/observability';
import { migrate } from '@mediamesh/postgres';
import { withConnection } from '@mediamesh/postgres/embedded';
import { createTestDatabase, eventually, startTestApp, type TestAnswer, type TestApp, type TestBody, type TestDatabase } from '@mediamesh/testing';
import { ingestService } from '../index.js';
import { CmsInMemory, type FeedServer, mediaNeighbour, metadataNeighbour, startFeedServer } from './neighbours.builder.js';

const item = (index: number | string, inside = `<title>حلقة ${index}</title>`): string =>
  `<item><guid isPermaLink="false">ep-${index}</guid>${inside}<enclosure url="https://cdn.example/${index}.mp3" type="audio/mpeg" length="10"/></item>`;
const rss = (...items: string[]): string =>
  `<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>قهوة الصباح</title><itunes:category text="Society &amp; Culture"><itunes:category text="Documentary"/></itunes:category>${items.join('')}</channel></rss>`;

describe('ingest-service', () => {
  let feeds: FeedServer;
  let cms: CmsInMemory;
  let media: ReturnType<typeof mediaNeighbour>;
  let app: TestApp;

  const start = (environment: Record<string, string> = {}): Promise<TestApp> => {
    media = mediaNeighbour();
    return startTestApp(ingestService, { environment: { INGEST_ALLOWED_PRIVATE: feeds.address, ...environment }, neighbours: [cms.neighbour(), metadataNeighbour(), media] });
  };
  beforeAll(async () => {
    feeds = await startFeedServer();
    cms = new CmsInMemory();
    app = await start();
  });
  afterAll(async () => {
    await app.close();
    await feeds.close();
  });
  let path = '';
  beforeEach(() => {
    path = `/${randomUUIDv7()}`;
    feeds.requests.length = 0;
    cms.reset();
  });

  const get = async (path: string): Promise<TestBody> => (await app.request(`/internal/v1${path}`, { user: 'EDITOR' })).body;
  const addSource = async (changes: object = {}): Promise<TestBody> => {
    const { body, status } = await app.request('/internal/v1/sources', { method: 'POST', user: 'EDITOR', body: { kind: 'rss', url: feeds.url + path, ...changes } });
    expect([status, body]).toEqual([201, expect.objectContaining({ version: 1 })]);
    return body;
  };
  const startRun = (sourceId: string, request: object = {}): Promise<TestAnswer> => app.request(`/internal/v1/sources/${sourceId}/runs`, { method: 'POST', user: 'EDITOR', ...request });
  const ended = (runId: string): Promise<TestBody> =>
    eventually(() => get(`/runs/${runId}`), ({ status }) => status === 'completed' || status === 'failed', 'the run ends', { timeoutMs: 30_000 });
  const run = async (sourceId: string, request: object = {}): Promise<TestBody> => {
    const { status, body } = await startRun(sourceId, request);
    expect(status).toBe(202);
    return ended(body.id);
  };
  const items = async (runId: string, query = ''): Promise<TestBody[]> => (await get(`/runs/${runId}/items?limit=100${query}`)).items;
  const completedFacts = (sourceId: string): Promise<unknown[]> =>
    withConnection(app.databaseUrl!, async (connection) => (await connection.query(`select envelope->'data'->>'runId' as run from outbox where envelope->>'type' = 'ingest.completed' and envelope->'data'->>'sourceId' = $1 order by id`, [sourceId])).map(({ run: id }) => id));
  const counts = (changes: object) => ({ new: 0, changed: 0, unchanged: 0, duplicate: 0, failed: 0, ...changes });

  describe('a run', () => {
    it('imports what is new, then what has changed, and nothing the second time', async () => {
      const source = await addSource();
      feeds.serve(rss(item(1), item(2)));
      const first = await run(source.id);
      expect(first).toMatchObject({ status: 'completed', counts: counts({ new: 2 }), total: 2, published: 0, codes: [], error: null });
      expect(cms.programs.get(source.id)?.content).toMatchObject({ type: 'podcast', defaultLanguage: 'ar', category: 'society.documentary', localizations: { ar: { title: 'قهوة الصباح' } } });
      expect([...cms.episodes.values()].map(({ content }) => content.localizations['ar']?.title)).toEqual(['حلقة 1', 'حلقة 2']);

      feeds.serve(rss(item(3), item(1, '<title>حلقة أولى</title>'), item(2)));
      const second = await run(source.id);
      expect(second).toMatchObject({ counts: counts({ new: 1, changed: 1, unchanged: 1 }), programId: first.programId });
      expect(await items(second.id)).toMatchObject([
        { position: 0, outcome: 'new', key: 'guid:ep-3' }, { position: 1, outcome: 'changed', title: 'حلقة أولى' }, { position: 2, outcome: 'unchanged', episodeId: expect.any(String) },
      ]);

      const batches = cms.batches;
      feeds.serve(`<!-- only this is new -->${rss(item(3), item(1, '<title>حلقة أولى</title>'), item(2))}`);
      const third = await run(source.id);
      expect(third).toMatchObject({ counts: counts({ unchanged: 3 }) });
      expect(cms.batches).toBe(batches);
      expect(await completedFacts(source.id)).toEqual([first.id, second.id, third.id]);
      expect(await get(`/sources/${source.id}`)).toMatchObject({ programId: first.programId, lastRunId: expect.any(String) });
    });

    it('asks whether the feed has changed, and does nothing when it has not', async () => {
      const source = await addSource();
      feeds.serve(rss(item(1), item(1), item(2)), { etag: '"one"', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' });
      const first = await run(source.id);
      expect(first.counts).toEqual(counts({ new: 2, duplicate: 1 }));
      const second = await run(source.id);
      expect(feeds.requests.at(-1)?.headers).toMatchObject({ 'if-none-match': '"one"', 'if-modified-since': 'Mon, 01 Jan 2024 00:00:00 GMT' });
      expect(second).toMatchObject({ status: 'completed', counts: counts({ unchanged: 2, duplicate: 1 }), total: 3, programId: first.programId });
      expect((await items(second.id)).map(({ key }) => key)).toEqual(['guid:ep-1', 'guid:ep-1', 'guid:ep-2']);
      expect(cms.batches).toBe(1);
    });

    it('knows the same body again where a server has no validators', async () => {
      const source = await addSource();
      feeds.serve(rss(item(1)));
      await run(source.id);
      expect(await run(source.id)).toMatchObject({ counts: counts({ unchanged: 1 }) });
    });

    it('publishes what is ready, and sends the rest again until it is', async () => {
      const source = await addSource({ publish: 'when_ready' });
      const bare = '<item><guid isPermaLink="false">bare</guid><title>بلا ملف</title></item>';
      feeds.serve(rss(item(1), bare), { etag: '"same"' });
      const first = await run(source.id);
      expect(first).toMatchObject({ published: 1, counts: counts({ new: 2 }) });
      expect(await items(first.id)).toMatchObject([{ published: true, codes: [] }, { published: false, codes: ['readiness.media_missing'] }]);
      const second = await run(source.id);
      expect(second).toMatchObject({ published: 0, counts: counts({ unchanged: 2 }) });
      expect(await items(second.id)).toMatchObject([{ published: true }, { published: false, codes: ['readiness.media_missing'] }]);
      expect(cms.batches).toBe(2);
    });

    it('keeps an item whose publisher asks not to show it a draft', async () => {
      const source = await addSource({ publish: 'when_ready' });
      feeds.serve(rss(item(1, '<title>مخفية</title><itunes:block>Yes</itunes:block>'), item(2)));
      const { id } = await run(source.id);
      expect(await items(id)).toMatchObject([{ published: false, codes: ['item.blocked'] }, { published: true }]);
    });

    it('lets one broken item fail alone', async () => {
      const source = await addSource();
      cms.beforeBatch = (keys) => {
        if (keys.includes('guid:ep-3')) throw new Refusal('internal', 'request.internal');
      };
      feeds.serve(rss(item(1), item(2), item(3), item(4), item(5)));
      const first = await run(source.id);
      expect(first).toMatchObject({ status: 'completed', counts: counts({ new: 4, failed: 1 }) });
      expect(await items(first.id, '&outcome=failed')).toMatchObject([{ position: 2, key: 'guid:ep-3', codes: ['item.not_stored'] }]);
      cms.beforeBatch = () => undefined;
      expect(await run(source.id)).toMatchObject({ counts: counts({ new: 1, unchanged: 4 }) });
    });

    it('leaves out what cannot be stored, with a code, and stores the rest', async () => {
      const source = await addSource();
      feeds.serve(rss(
        item(1, `<title>${'ط'.repeat(800)}</title><link>https://a.example/${'x'.repeat(3000)}</link><description>${'&lt;p&gt;نص &amp;amp; نص&lt;/p&gt;'.repeat(3000)}</description><pubDate>Mon, 01 Jan 1601 00:00:00 GMT</pubDate>`),
        '<item></item>',
      ));
      const { id, counts: counted } = await run(source.id);
      expect(counted).toEqual(counts({ new: 2 }));
      const [cut, empty] = await items(id);
      expect(cut.codes).toEqual(expect.arrayContaining(['item.title_cut', 'item.description_cut', 'item.link_ignored', 'item.date_ignored']));
      expect(empty).toMatchObject({ outcome: 'new', codes: ['item.empty'] });
      const { content } = cms.episodes.get(`${source.id}/guid:ep-1`)!;
      expect(content.localizations['ar']?.title).toHaveLength(500);
      expect(content.localizations['ar']?.description).toMatch(/<\/p>$|نص $|نص$/);
    });

    it('keeps both of two items that share an identifier, also in later runs', async () => {
      const source = await addSource();
      const twin = (file: string) => `<item><guid isPermaLink="false">same</guid><title>${file}</title><enclosure url="https://cdn.example/${file}.mp3" type="audio/mpeg"/></item>`;
      feeds.serve(rss(twin('a'), twin('b')));
      const first = await run(source.id);
      expect(first.counts).toEqual(counts({ new: 2 }));
      expect((await items(first.id)).map(({ codes }) => codes)).toEqual([['item.shared_guid'], ['item.shared_guid']]);
      feeds.serve(rss(twin('b'), twin('c')));
      expect((await run(source.id)).counts).toEqual(counts({ new: 1, unchanged: 1 }));
      expect(cms.episodes.size).toBe(3);
    });

    it('tells of numbers that collide', async () => {
      const source = await addSource();
      feeds.serve(rss(item(1, '<title>أ</title><itunes:episode>7</itunes:episode>'), item(2, '<title>ب</title><itunes:episode>7</itunes:episode>')));
      expect(await items((await run(source.id)).id)).toMatchObject([{ outcome: 'new', codes: [] }, { outcome: 'new', codes: ['episode.number_taken'] }]);
    });

    it('reads the feed that comes with it, in its own encoding', async () => {
      const { id } = await addSource({ url: undefined, name: 'ملف' });
      const decoder = new TextDecoder('windows-1256');
      const byteOf = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]));
      const text = `<?xml version="1.0" encoding="windows-1256"?>${rss(item(1))}`;
      const body = Uint8Array.from(text, (character) => byteOf.get(character)!);
      const done = await run(id, { body, headers: { 'content-type': 'application/xml' } });
      expect(done).toMatchObject({ status: 'completed', counts: counts({ new: 1 }) });
      expect([...cms.episodes.values()][0]?.content.localizations['ar']?.title).toBe('حلقة 1');
      expect(await startRun(id)).toMatchObject({ status: 422, body: { code: 'source.has_no_url' } });
      expect(await startRun(id, { body: new Uint8Array(10 * 1024 * 1024 + 1), headers: { 'content-type': 'application/xml' } })).toMatchObject({ status: 413 });
    });

    it('pages through its items', async () => {
      const source = await addSource();
      feeds.serve(rss(...Array.from({ length: 450 }, (_, index) => item(index))));
      const { id, counts: counted } = await run(source.id);
      expect(counted).toEqual(counts({ new: 450 }));
      expect(cms.batches).toBe(3);
      const seen: number[] = [];
      for (let cursor = ''; ; ) {
        const page = await get(`/runs/${id}/items?limit=60${cursor}`);
        seen.push(...page.items.map(({ position }: { position: number }) => position));
        if (page.next === null) break;
        cursor = `&cursor=${encodeURIComponent(page.next)}`;
      }
      expect(seen).toEqual(Array.from({ length: 450 }, (_, index) => index));
      expect((await app.request(`/internal/v1/runs/${id}/items?cursor=x.y`, { user: 'EDITOR' })).status).toBe(422);
    });

    it('excludes another run of the same source, and the removal of the source', async () => {
      const source = await addSource();
      feeds.serve(rss(item(1)));
      const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
      cms.beforeBatch = () => held;
      const answers = await Promise.all([1, 2, 3].map(() => startRun(source.id)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409]);
      expect(answers.find(({ status }) => status === 409)?.body.code).toBe('run.already_running');
      const removal = await app.request(`/internal/v1/sources/${source.id}`, { method: 'DELETE', user: 'EDITOR', headers: { 'if-match': '*' } });
      expect(removal).toMatchObject({ status: 409, body: { code: 'run.already_running' } });
      letGo();
      const started = answers.find(({ status }) => status === 202)!;
      expect(started.headers.get('location')).toBe(`/internal/v1/runs/${started.body.id}`);
      expect(await ended(started.body.id)).toMatchObject({ status: 'completed' });
      expect((await get(`/runs?sourceId=${source.id}&status=completed`)).items).toHaveLength(1);
    });

    it('fails as a whole when cms-service is away, and stores no validators', async () => {
      const source = await addSource();
      feeds.serve(rss(item(1), item(2)), { etag: '"one"' });
      cms.beforeBatch = () => {
        throw unavailable('request.unavailable');
      };
      expect(await run(source.id)).toMatchObject({ status: 'failed', error: { code: 'run.neighbour_away' }, total: 2 });
      cms.beforeBatch = () => undefined;
      expect(await run(source.id)).toMatchObject({ status: 'completed', counts: counts({ new: 2 }) });
      expect(feeds.requests.at(-1)?.headers).not.toHaveProperty('if-none-match');
    });

    it.each([
      [410, 'feed.gone'],
      [404, 'feed.http_status'],
    ])('fails on status %i with %s', async (status, code) => {
      const source = await addSource();
      feeds.answer = (_request, response) => void response.writeHead(status).end();
      expect(await run(source.id)).toMatchObject({ status: 'failed', error: { code, detail: expect.any(String) }, counts: counts({}) });
    });

    it('fails on what is no feed and deletes nothing', async () => {
      const source = await addSource();
      feeds.serve(rss(item(1)));
      await run(source.id);
      feeds.serve('<html><body>Log in</body></html>');
      expect(await run(source.id)).toMatchObject({ status: 'failed', error: { code: 'feed.not_a_feed' } });
      expect(cms.episodes.size).toBe(1);
    });

    it('tries again when the server fails for a moment', async () => {
      const source = await addSource();
      feeds.answer = (_request, response) => {
        feeds.serve(rss(item(1)));
        response.writeHead(500).end();
      };
      expect(await run(source.id)).toMatchObject({ status: 'completed', counts: counts({ new: 1 }) });
    });

    it('does not follow a redirect to a private address, and tells of one that is permanent', async () => {
      const source = await addSource();
      feeds.answer = (_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/internal' }).end();
      expect(await run(source.id)).toMatchObject({ status: 'failed', error: { code: 'feed.private_address' } });
      feeds.answer = (request, response) =>
        request.url === path ? void response.writeHead(301, { location: '/new' }).end() : void response.writeHead(200, { 'content-type': 'application/rss+xml' }).end(rss(item(1)));
      expect(await run(source.id)).toMatchObject({ status: 'completed', codes: ['feed.moved'] });
    });

    it('fetches pictures afterwards, each address once, and says whose covers they are', async () => {
      const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
      const source = await addSource();
      const withImage = (index: number) => item(index, `<title>${index}</title><itunes:image href="${feeds.url}/cover.png"/>`);
      feeds.answer = (request, response) => {
        if (request.url === '/cover.png') response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(png);
        else response.writeHead(200).end(rss(withImage(1), withImage(2), item(3, `<title>3</title><itunes:image href="${feeds.url}/page.html"/>`)));
      };
      await run(source.id);
      await eventually(() => cms.covers.map(({ key }) => key).toSorted(), (keys) => keys.length === 2, 'the covers are told', { timeoutMs: 15_000 });
      expect(cms.covers.map(({ key }) => key).toSorted()).toEqual(['guid:ep-1', 'guid:ep-2']);
      expect(media.pictures).toEqual([{ sourceUrl: `${feeds.url}/cover.png`, type: 'image/png', bytes: png.length }]);
    });
  });

  describe('a service that dies in the middle of a run', () => {
    let database: TestDatabase;
    let undisturbed: TestApp;
    beforeEach(async () => {
      undisturbed = app;
      database = await createTestDatabase({ template: 'ingest', migrate: (url) => migrate({ url, migrations: migrationsOf('ingest'), logger: silentLogger }) });
      app = await start({ INGEST_DATABASE_URL: database.url });
    });
    afterEach(async () => {
      await app.close();
      app = undisturbed;
      await database.drop();
    });

    it('leaves a failed run, and the next one reads the feed again and completes to the right count', async () => {
      const source = await addSource();
      feeds.serve(rss(...Array.from({ length: 300 }, (_, index) => item(index))), { etag: '"one"' });
      const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
      const { promise: held, reject: dropBatch } = Promise.withResolvers<void>();
      cms.beforeBatch = () => {
        if (cms.batches < 2) return undefined;
        reach();
        return held;
      };
      const { body } = await startRun(source.id);
      await reached;
      expect(await get(`/runs/${body.id}`)).toMatchObject({ status: 'running', total: 300, counts: counts({ new: 200 }) });
      // It does not wait for an answer that does not come.
      const closed = app.close();
      const states = () => withConnection(database.url, (connection) => connection.query('select status from runs'));
      await eventually(states, ([state]) => state?.['status'] === 'failed', 'the run is marked failed');
      dropBatch(unavailable('request.unavailable'));
      await closed;

      cms.beforeBatch = () => undefined;
      app = await start({ INGEST_DATABASE_URL: database.url });
      expect(await get(`/runs/${body.id}`)).toMatchObject({ status: 'failed', error: { code: 'run.interrupted' }, counts: counts({ new: 200 }) });
      expect(await run(source.id)).toMatchObject({ status: 'completed', total: 300, counts: counts({ new: 100, unchanged: 200 }) });
      expect(feeds.requests.at(-1)?.headers).not.toHaveProperty('if-none-match');
      expect(cms.episodes.size).toBe(300);
    });

    it('is known as dead at once when its process is gone, however fresh its heartbeat', async () => {
      const source = await addSource();
      const runId = randomUUIDv7();
      await withConnection(database.url, (connection) =>
        connection.query(`insert into runs (id, source_id, status, worker, heartbeat_at) values ($1, $2, 'running', $3, now())`, [runId, source.id, randomUUIDv7()]));
      expect(await ended(runId)).toMatchObject({ status: 'failed', error: { code: 'run.interrupted', detail: expect.any(String) } });
      const facts = await withConnection(database.url, (connection) => connection.query(`select envelope->>'type' as type, envelope->'data'->>'runId' as run from outbox`));
      expect(facts).toEqual([{ type: 'ingest.failed', run: runId }]);
    });

    it('is known as dead when it falls silent, and its late writes are refused', async () => {
      const source = await addSource();
      feeds.serve(rss(item(1)));
      const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
      const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
      cms.beforeBatch = () => {
        reach();
        return held;
      };
      const { body } = await startRun(source.id);
      await reached;
      // The worker falls silent: its heartbeat is long ago, whatever its connection says.
      await withConnection(database.url, (connection) => connection.query(`update runs set heartbeat_at = now() - interval '1 hour'`));
      const other = await startTestApp(ingestService, { environment: { INGEST_ALLOWED_PRIVATE: feeds.address, INGEST_DATABASE_URL: database.url } });
      expect(await get(`/runs/${body.id}`)).toMatchObject({ status: 'failed', error: { code: 'run.interrupted' } });
      letGo();
      await other.close();
      await eventually(() => get(`/runs/${body.id}/items`), ({ items: none }) => none.length === 0, 'nothing was written');
      expect(await get(`/runs/${body.id}`)).toMatchObject({ status: 'failed', counts: counts({}) });
      const next = await run(source.id);
      expect(next).toMatchObject({ status: 'completed', counts: counts({ unchanged: 1 }) });
    });
  });

  describe('a source', () => {
    it('is found by its address in any spelling and by its name, and has one address', async () => {
      const source = await addSource({ url: 'https://feeds.example/show?utm_source=x', name: 'قهوة' });
      expect(await app.request('/internal/v1/sources', { method: 'POST', user: 'EDITOR', body: { kind: 'rss', url: 'HTTPS://Feeds.Example:443/show/#a' } })).toMatchObject({ status: 409, body: { code: 'source.url_taken' } });
      await addSource({ url: 'https://feeds.example/other' });
      expect((await get(`/sources?url=${encodeURIComponent('https://FEEDS.example/show')}`)).items.map(({ id }: TestBody) => id)).toEqual([source.id]);
      expect((await get(`/sources?name=${encodeURIComponent('قهوة')}`)).items).toHaveLength(1);
      const { items: [newest], next } = await get('/sources?limit=1');
      expect(newest.url).toBe('https://feeds.example/other');
      expect((await get(`/sources?limit=1&cursor=${encodeURIComponent(next)}`)).items).toMatchObject([{ id: source.id }]);
    });

    it.each(['http://127.0.0.1/feed', 'http://localhost:9/feed', 'http://[::1]/', 'http://169.254.169.254/latest'])('is not made at %s', async (url) => {
      const answer = await app.request('/internal/v1/sources', { method: 'POST', user: 'EDITOR', body: { kind: 'rss', url } });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/url', code: 'source.url_not_allowed' }] } });
    });

    it('is not made for a program that is not there', async () => {
      const answer = await app.request('/internal/v1/sources', { method: 'POST', user: 'EDITOR', body: { kind: 'rss', programId: randomUUIDv7() } });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/programId', code: 'program.not_found' }] } });
    });

    it('is removed by whoever has read it last, and its address is free again', async () => {
      const source = await addSource();
      const remove = (tag: string) => app.request(`/internal/v1/sources/${source.id}`, { method: 'DELETE', user: 'EDITOR', headers: { 'if-match': tag } });
      expect((await remove('"9"')).status).toBe(412);
      expect((await remove('"1"')).status).toBe(204);
      expect((await remove('"1"')).status).toBe(404);
      expect((await app.request(`/internal/v1/sources/${source.id}`, { user: 'EDITOR' })).status).toBe(404);
      expect((await startRun(source.id)).status).toBe(404);
      await addSource();
    });

    it('is no concern of people who do not edit', async () => {
      expect((await app.request('/internal/v1/sources', { user: 'USER' })).status).toBe(403);
      expect((await app.request('/internal/v1/sources')).status).toBe(401);
    });
  });
});

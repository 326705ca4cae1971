import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Refusal, unavailable } from '@mediamesh/contracts';
import { withConnection } from '@mediamesh/postgres/embedded';
import { eventually } from '@mediamesh/testing';
import { counts, IngestDriver, item, rss } from './ingest-driver.builder.js';

describe('a run', () => {
  let ingest: IngestDriver;
  beforeAll(async () => {
    ingest = await IngestDriver.start();
  });
  afterAll(() => ingest.close());
  beforeEach(() => ingest.reset());
  const completedFacts = (sourceId: string): Promise<unknown[]> =>
    withConnection(ingest.app.databaseUrl!, async (connection) =>
      (
        await connection.query(
          `select envelope->'data'->>'runId' as run from outbox
         where envelope->>'type' = 'ingest.completed' and envelope->'data'->>'sourceId' = $1
         order by id`,
          [sourceId],
        )
      ).map(({ run: id }) => id),
    );

  it('imports what is new, then what has changed, and nothing the second time', async () => {
    const source = await ingest.addSource();
    ingest.feeds.serve(rss(item(1), item(2)));
    const first = await ingest.run(source.id);
    expect(first).toMatchObject({
      status: 'completed',
      counts: counts({ new: 2 }),
      total: 2,
      published: 0,
      codes: [],
      error: null,
    });
    expect(ingest.cms.programs.get(source.id)?.content).toMatchObject({
      type: 'podcast',
      defaultLanguage: 'ar',
      category: 'society.documentary',
      localizations: { ar: { title: 'قهوة الصباح' } },
    });
    expect([...ingest.cms.episodes.values()].map(({ content }) => content.localizations['ar']?.title)).toEqual([
      'حلقة 1',
      'حلقة 2',
    ]);

    ingest.feeds.serve(rss(item(3), item(1, '<title>حلقة أولى</title>'), item(2)));
    const second = await ingest.run(source.id);
    expect(second).toMatchObject({ counts: counts({ new: 1, changed: 1, unchanged: 1 }), programId: first.programId });
    expect(await ingest.items(second.id)).toMatchObject([
      { position: 0, outcome: 'new', key: 'guid:ep-3' },
      { position: 1, outcome: 'changed', title: 'حلقة أولى' },
      { position: 2, outcome: 'unchanged', episodeId: expect.any(String) },
    ]);

    const batches = ingest.cms.batches;
    ingest.feeds.serve(`<!-- only this is new -->${rss(item(3), item(1, '<title>حلقة أولى</title>'), item(2))}`);
    const third = await ingest.run(source.id);
    expect(third).toMatchObject({ counts: counts({ unchanged: 3 }) });
    expect(ingest.cms.batches).toBe(batches);
    expect(await completedFacts(source.id)).toEqual([first.id, second.id, third.id]);
    expect(await ingest.get(`/sources/${source.id}`)).toMatchObject({
      programId: first.programId,
      lastRunId: expect.any(String),
    });
  });

  it('asks whether the feed has changed, and does nothing when it has not', async () => {
    const source = await ingest.addSource();
    ingest.feeds.serve(rss(item(1), item(1), item(2)), {
      etag: '"one"',
      'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT',
    });
    const first = await ingest.run(source.id);
    expect(first.counts).toEqual(counts({ new: 2, duplicate: 1 }));
    const second = await ingest.run(source.id);
    expect(ingest.feeds.requests.at(-1)?.headers).toMatchObject({
      'if-none-match': '"one"',
      'if-modified-since': 'Mon, 01 Jan 2024 00:00:00 GMT',
    });
    expect(second).toMatchObject({
      status: 'completed',
      counts: counts({ unchanged: 2, duplicate: 1 }),
      total: 3,
      programId: first.programId,
    });
    expect((await ingest.items(second.id)).map(({ key }) => key)).toEqual(['guid:ep-1', 'guid:ep-1', 'guid:ep-2']);
    expect(ingest.cms.batches).toBe(1);
  });

  it('knows the same body again where a server has no validators', async () => {
    const source = await ingest.addSource();
    ingest.feeds.serve(rss(item(1)));
    await ingest.run(source.id);
    expect(await ingest.run(source.id)).toMatchObject({ counts: counts({ unchanged: 1 }) });
  });

  it('publishes what is ready, and sends the rest again until it is', async () => {
    const source = await ingest.addSource({ publish: 'when_ready' });
    const bare = '<item><guid isPermaLink="false">bare</guid><title>بلا ملف</title></item>';
    ingest.feeds.serve(rss(item(1), bare), { etag: '"same"' });
    const first = await ingest.run(source.id);
    expect(first).toMatchObject({ published: 1, counts: counts({ new: 2 }) });
    expect(await ingest.items(first.id)).toMatchObject([
      { published: true, codes: [] },
      { published: false, codes: ['readiness.media_missing'] },
    ]);
    const second = await ingest.run(source.id);
    expect(second).toMatchObject({ published: 0, counts: counts({ unchanged: 2 }) });
    expect(await ingest.items(second.id)).toMatchObject([
      { published: true },
      { published: false, codes: ['readiness.media_missing'] },
    ]);
    expect(ingest.cms.batches).toBe(2);
  });

  it('keeps an item whose publisher asks not to show it a draft', async () => {
    const source = await ingest.addSource({ publish: 'when_ready' });
    ingest.feeds.serve(rss(item(1, '<title>مخفية</title><itunes:block>Yes</itunes:block>'), item(2)));
    const { id } = await ingest.run(source.id);
    expect(await ingest.items(id)).toMatchObject([{ published: false, codes: ['item.blocked'] }, { published: true }]);
  });

  it('lets one broken item fail alone', async () => {
    const source = await ingest.addSource();
    ingest.cms.beforeBatch = (keys) => {
      if (keys.includes('guid:ep-3')) throw new Refusal('internal', 'request.internal');
    };
    ingest.feeds.serve(rss(item(1), item(2), item(3), item(4), item(5)));
    const first = await ingest.run(source.id);
    expect(first).toMatchObject({ status: 'completed', counts: counts({ new: 4, failed: 1 }) });
    expect(await ingest.items(first.id, '&outcome=failed')).toMatchObject([
      { position: 2, key: 'guid:ep-3', codes: ['item.not_stored'] },
    ]);
    ingest.cms.beforeBatch = () => undefined;
    expect(await ingest.run(source.id)).toMatchObject({ counts: counts({ new: 1, unchanged: 4 }) });
  });

  it('sends the subtitles of a program and of its episodes', async () => {
    const source = await ingest.addSource();
    const subtitle = '<description>وصف</description><itunes:subtitle>من المزرعة إلى المجلس</itunes:subtitle>';
    ingest.feeds.serve(rss(subtitle, item(1, subtitle), item(2)));
    await ingest.run(source.id);
    const said = { localizations: { ar: { subtitle: 'من المزرعة إلى المجلس' } } };
    expect(ingest.cms.programs.get(source.id)).toMatchObject({ content: said });
    expect(ingest.cms.episodes.get(`${source.id}/guid:ep-1`)).toMatchObject({ content: said });
    const { content } = ingest.cms.episodes.get(`${source.id}/guid:ep-2`)!;
    expect(content.localizations['ar']).not.toHaveProperty('subtitle');
  });

  it('leaves out what cannot be stored, with a code, and stores the rest', async () => {
    const source = await ingest.addSource();
    ingest.feeds.serve(
      rss(
        item(
          1,
          `<title>${'ط'.repeat(800)}</title><itunes:subtitle>${'ف'.repeat(800)}</itunes:subtitle>
          <link>https://a.example/${'x'.repeat(3000)}</link>
          <description>${'&lt;p&gt;نص &amp;amp; نص&lt;/p&gt;'.repeat(3000)}</description>
          <pubDate>Mon, 01 Jan 1601 00:00:00 GMT</pubDate>`,
        ),
        '<item></item>',
      ),
    );
    const { id, counts: counted } = await ingest.run(source.id);
    expect(counted).toEqual(counts({ new: 2 }));
    const [cut, empty] = await ingest.items(id);
    expect(cut.codes).toEqual(
      expect.arrayContaining([
        'item.title_cut',
        'item.subtitle_cut',
        'item.description_cut',
        'item.link_ignored',
        'item.date_ignored',
      ]),
    );
    expect(empty).toMatchObject({ outcome: 'new', codes: ['item.empty'] });
    const { content } = ingest.cms.episodes.get(`${source.id}/guid:ep-1`)!;
    expect(content.localizations['ar']?.title).toHaveLength(500);
    expect(content.localizations['ar']?.subtitle).toHaveLength(500);
    expect(content.localizations['ar']?.description).toMatch(/<\/p>$|نص $|نص$/);
  });

  it('keeps both of two items that share an identifier, also in later runs', async () => {
    const source = await ingest.addSource();
    const twin = (file: string) =>
      `<item><guid isPermaLink="false">same</guid><title>${file}</title>
      <enclosure url="https://cdn.example/${file}.mp3" type="audio/mpeg"/></item>`;
    ingest.feeds.serve(rss(twin('a'), twin('b')));
    const first = await ingest.run(source.id);
    expect(first.counts).toEqual(counts({ new: 2 }));
    expect((await ingest.items(first.id)).map(({ codes }) => codes)).toEqual([
      ['item.shared_guid'],
      ['item.shared_guid'],
    ]);
    ingest.feeds.serve(rss(twin('b'), twin('c')));
    expect((await ingest.run(source.id)).counts).toEqual(counts({ new: 1, unchanged: 1 }));
    expect(ingest.cms.episodes.size).toBe(3);
  });

  it('tells of numbers that collide', async () => {
    const source = await ingest.addSource();
    ingest.feeds.serve(
      rss(
        item(1, '<title>أ</title><itunes:episode>7</itunes:episode>'),
        item(2, '<title>ب</title><itunes:episode>7</itunes:episode>'),
      ),
    );
    expect(await ingest.items((await ingest.run(source.id)).id)).toMatchObject([
      { outcome: 'new', codes: [] },
      { outcome: 'new', codes: ['episode.number_taken'] },
    ]);
  });

  it('reads the feed that comes with it, in its own encoding', async () => {
    const { id } = await ingest.addSource({ url: undefined, name: 'ملف' });
    const decoder = new TextDecoder('windows-1256');
    const byteOf = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]));
    const text = `<?xml version="1.0" encoding="windows-1256"?>${rss(item(1))}`;
    const body = Uint8Array.from(text, (character) => byteOf.get(character)!);
    const done = await ingest.run(id, { body, headers: { 'content-type': 'application/xml' } });
    expect(done).toMatchObject({ status: 'completed', counts: counts({ new: 1 }) });
    expect([...ingest.cms.episodes.values()][0]?.content.localizations['ar']?.title).toBe('حلقة 1');
    expect(await ingest.startRun(id)).toMatchObject({ status: 422, body: { code: 'source.has_no_url' } });
    expect(
      await ingest.startRun(id, {
        body: new Uint8Array(10 * 1024 * 1024 + 1),
        headers: { 'content-type': 'application/xml' },
      }),
    ).toMatchObject({ status: 413 });
  });

  it('pages through its items', async () => {
    const source = await ingest.addSource();
    ingest.feeds.serve(rss(...Array.from({ length: 450 }, (_, index) => item(index))));
    const { id, counts: counted } = await ingest.run(source.id);
    expect(counted).toEqual(counts({ new: 450 }));
    expect(ingest.cms.batches).toBe(3);
    const seen: number[] = [];
    for (let cursor = ''; ;) {
      const page = await ingest.get(`/runs/${id}/items?limit=60${cursor}`);
      seen.push(...page.items.map(({ position }: { position: number }) => position));
      if (page.next === null) break;
      cursor = `&cursor=${encodeURIComponent(page.next)}`;
    }
    expect(seen).toEqual(Array.from({ length: 450 }, (_, index) => index));
    expect((await ingest.request(`/runs/${id}/items?cursor=x.y`)).status).toBe(422);
  });

  it('excludes another run of the same source, and the removal of the source', async () => {
    const source = await ingest.addSource();
    ingest.feeds.serve(rss(item(1)));
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    ingest.cms.beforeBatch = () => held;
    const answers = await Promise.all([1, 2, 3].map(() => ingest.startRun(source.id)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('run.already_running');
    const removal = await ingest.request(`/sources/${source.id}`, { method: 'DELETE', headers: { 'if-match': '*' } });
    expect(removal).toMatchObject({ status: 409, body: { code: 'run.already_running' } });
    letGo();
    const started = answers.find(({ status }) => status === 202)!;
    expect(started.headers.get('location')).toBe(`/internal/v1/runs/${started.body.id}`);
    expect(await ingest.ended(started.body.id)).toMatchObject({ status: 'completed' });
    expect((await ingest.get(`/runs?sourceId=${source.id}&status=completed`)).items).toHaveLength(1);
  });

  it('fails as a whole when cms-service is away, and stores no validators', async () => {
    const source = await ingest.addSource();
    ingest.feeds.serve(rss(item(1), item(2)), { etag: '"one"' });
    ingest.cms.beforeBatch = () => {
      throw unavailable('request.unavailable');
    };
    expect(await ingest.run(source.id)).toMatchObject({
      status: 'failed',
      error: { code: 'run.neighbour_away' },
      total: 2,
    });
    ingest.cms.beforeBatch = () => undefined;
    expect(await ingest.run(source.id)).toMatchObject({ status: 'completed', counts: counts({ new: 2 }) });
    expect(ingest.feeds.requests.at(-1)?.headers).not.toHaveProperty('if-none-match');
  });

  it.each([
    [410, 'feed.gone'],
    [404, 'feed.http_status'],
  ])('fails on status %i with %s', async (status, code) => {
    const source = await ingest.addSource();
    ingest.feeds.answer = (_request, response) => void response.writeHead(status).end();
    expect(await ingest.run(source.id)).toMatchObject({
      status: 'failed',
      error: { code, detail: expect.any(String) },
      counts: counts({}),
    });
  });

  it('fails on what is no feed and deletes nothing', async () => {
    const source = await ingest.addSource();
    ingest.feeds.serve(rss(item(1)));
    await ingest.run(source.id);
    ingest.feeds.serve('<html><body>Log in</body></html>');
    expect(await ingest.run(source.id)).toMatchObject({ status: 'failed', error: { code: 'feed.not_a_feed' } });
    expect(ingest.cms.episodes.size).toBe(1);
  });

  it('tries again when the server fails for a moment', async () => {
    const source = await ingest.addSource();
    ingest.feeds.answer = (_request, response) => {
      ingest.feeds.serve(rss(item(1)));
      response.writeHead(500).end();
    };
    expect(await ingest.run(source.id)).toMatchObject({ status: 'completed', counts: counts({ new: 1 }) });
  });

  it('does not follow a redirect to a private address, and tells of one that is permanent', async () => {
    const source = await ingest.addSource();
    ingest.feeds.answer = (_request, response) =>
      void response.writeHead(302, { location: 'http://127.0.0.1:1/internal' }).end();
    expect(await ingest.run(source.id)).toMatchObject({ status: 'failed', error: { code: 'feed.private_address' } });
    ingest.feeds.answer = (request, response) =>
      request.url === ingest.path
        ? void response.writeHead(301, { location: '/new' }).end()
        : void response.writeHead(200, { 'content-type': 'application/rss+xml' }).end(rss(item(1)));
    expect(await ingest.run(source.id)).toMatchObject({ status: 'completed', codes: ['feed.moved'] });
  });

  it('fetches pictures afterwards, each address once, and says whose covers they are', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const source = await ingest.addSource();
    const withImage = (index: number) =>
      item(index, `<title>${index}</title><itunes:image href="${ingest.feeds.url}/cover.png"/>`);
    ingest.feeds.answer = (request, response) => {
      if (request.url === '/cover.png')
        response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(png);
      else
        response
          .writeHead(200)
          .end(
            rss(
              withImage(1),
              withImage(2),
              item(3, `<title>3</title><itunes:image href="${ingest.feeds.url}/page.html"/>`),
            ),
          );
    };
    await ingest.run(source.id);
    await eventually(
      () => ingest.cms.covers.map(({ key }) => key).toSorted(),
      (keys) => keys.length === 2,
      'the covers are told',
    );
    expect(ingest.cms.covers.map(({ key }) => key).toSorted()).toEqual(['guid:ep-1', 'guid:ep-2']);
    expect(ingest.media.pictures).toEqual([
      { sourceUrl: `${ingest.feeds.url}/cover.png`, type: 'image/png', bytes: png.length },
    ]);
  });
});

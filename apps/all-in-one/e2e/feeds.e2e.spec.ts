import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWithTestData, eventually, type TestBody } from '@mediamesh/testing';
import { type FeedItem, type FeedServer, rss, startFeedServer } from './feed-server.js';
import { createSource, everyPage, runSource, sumOf } from './imports.js';
import { RunningMesh } from './mesh.js';

let mesh: RunningMesh;
let feeds: FeedServer;
beforeAll(async () => {
  feeds = await startFeedServer();
  mesh = await RunningMesh.start({ INGEST_ALLOWED_PRIVATE: feeds.host });
});
afterAll(async () => {
  await mesh.close();
  await feeds.close();
});

const itemsOf = (runId: string): Promise<TestBody[]> =>
  everyPage((query) => mesh.editors('GET', `/ingest/runs/${runId}/items${query}`));
const publicEpisodes = async (programId: string): Promise<TestBody[]> =>
  (await mesh.public(`/programs/${programId}`)).status === 404
    ? []
    : everyPage((query) => mesh.public(`/programs/${programId}/episodes${query}`));
/** The ids of what the public finds. */
const find = async (q: string): Promise<string[]> =>
  (await mesh.search(q, '&limit=100')).body.items.map((hit: TestBody) => (hit.program ?? hit.episode).id as string);

/** What must hold for any feed: nothing lost, what can be published is, and doing it again changes nothing. */
async function importTwice(url: string): Promise<{ run: TestBody; items: TestBody[]; titles: string[] }> {
  const sourceId = await createSource(mesh, url);
  const run = await runSource(mesh, sourceId);
  expect(run).toMatchObject({ status: 'completed', error: null });
  const items = await itemsOf(run.id);
  expect(sumOf(run.counts)).toBe(run.total);
  expect(items).toHaveLength(run.total);
  const published = items.filter((item) => item.published);
  for (const item of items.filter((one) => !published.includes(one) && one.outcome !== 'duplicate'))
    expect(item.codes).not.toEqual([]);
  expect(published).toHaveLength(run.published);
  const episodes = await eventually(
    () => publicEpisodes(run.programId),
    (all) => all.length === published.length,
    'what was published is public',
  );
  expect(new Set(episodes.map(({ id }) => id as string))).toEqual(
    new Set(published.map(({ episodeId }) => episodeId as string)),
  );

  const again = await runSource(mesh, sourceId);
  expect(again).toMatchObject({
    status: 'completed',
    counts: { new: 0, changed: 0, failed: run.counts.failed, duplicate: run.counts.duplicate },
    published: 0,
  });
  expect(await publicEpisodes(run.programId)).toEqual(episodes);
  return { run, items, titles: episodes.map(({ title }) => title as string) };
}

describe('an Arabic feed', () => {
  const items: FeedItem[] = [
    {
      guid: 'a',
      title: 'الحلقة ١: القهوة العربيّة',
      enclosure: 'https://cdn.example.org/1.mp3?token=1',
      more:
        '<itunes:duration>٤٥:٠٠</itunes:duration><itunes:episode>1</itunes:episode>' +
        '<description><![CDATA[<p onclick="x()">عن <b>البُنّ</b></p><script>alert(1)</script>]]></description>',
    },
    {
      guid: 'b',
      title: 'الحلقة ٢: مسؤولية المدرسة',
      enclosure: 'https://cdn.example.org/2.mp3',
      more: '<itunes:episode>2</itunes:episode>',
    },
    { guid: 'c', title: 'إعلان بلا ملف' },
    { title: 'بلا معرّف', enclosure: 'https://cdn.example.org/4.mp3' },
    {
      guid: 'b',
      title: 'الحلقة ٢: مسؤولية المدرسة',
      enclosure: 'https://cdn.example.org/2.mp3',
      more: '<itunes:episode>2</itunes:episode>',
    },
  ];
  let programId: string;
  let sourceId: string;

  it('is imported, published and found', async () => {
    feeds.serve('/arabic.xml', rss('حكايات المدينة', items, '<itunes:category text="Society &amp; Culture"/>'));
    sourceId = await createSource(mesh, feeds.url('/arabic.xml'));
    const run = await runSource(mesh, sourceId);
    expect(run).toMatchObject({
      status: 'completed',
      total: 5,
      counts: { new: 4, changed: 0, unchanged: 0, duplicate: 1, failed: 0 },
      published: 3,
    });
    programId = run.programId as string;
    const outcome = (await itemsOf(run.id)).map(({ title, outcome: what, published, codes }) => ({
      title,
      what,
      published,
      codes,
    }));
    expect(outcome[2]).toMatchObject({
      what: 'new',
      published: false,
      codes: expect.arrayContaining(['readiness.media_missing']),
    });
    expect(outcome[4]).toMatchObject({ what: 'duplicate', published: false });
    const program = await eventually(
      () => mesh.public(`/programs/${programId}`),
      ({ body }) => body.episodeCount === 3,
      'the program is public',
    );
    expect(program.body).toMatchObject({
      title: 'حكايات المدينة',
      language: 'ar',
      category: 'society',
      slug: 'حكايات-المدينة',
    });
    const [episode] = (await publicEpisodes(programId)).filter(({ number }) => number === '1');
    expect(episode).toMatchObject({
      durationSeconds: 2700,
      description: '<p>عن البُنّ</p>',
      media: { url: 'https://cdn.example.org/1.mp3?token=1', type: 'audio/mpeg', length: 1234 },
    });
    for (const q of ['القهوه العربيه', 'قهوة', 'قَهْوَة', 'مسئولية', 'المدرسه'])
      await eventually(
        () => find(q),
        ({ length }) => length === 1,
        `${q} finds one`,
      );
  });

  it('changes nothing when only order and query strings change, and one item when one title does', async () => {
    feeds.serve(
      '/arabic.xml',
      rss(
        'حكايات المدينة',
        [...items].reverse().map((item) => ({
          ...item,
          ...(item.enclosure && { enclosure: `${item.enclosure.split('?')[0]}?token=2` }),
        })),
        '<itunes:category text="Society &amp; Culture"/>',
      ),
    );
    expect(await runSource(mesh, sourceId)).toMatchObject({
      status: 'completed',
      counts: { new: 0, changed: 0, unchanged: 4, duplicate: 1 },
    });
    feeds.serve(
      '/arabic.xml',
      rss(
        'حكايات المدينة',
        items.map((item) => (item.guid === 'a' ? { ...item, title: 'الحلقة ١: الشاي' } : item)),
        '<itunes:category text="Society &amp; Culture"/>',
      ),
    );
    expect(await runSource(mesh, sourceId)).toMatchObject({
      status: 'completed',
      counts: { new: 0, changed: 1, unchanged: 3, duplicate: 1 },
      published: 1,
    });
    await eventually(
      () => find('الشاى'),
      (found) => found.length === 1,
      'the new title is found',
    );
    expect(await find('القهوة')).toEqual([]);
  });

  it('imports what is sound when an item is broken, and fails cleanly when nothing is a feed', async () => {
    feeds.serve(
      '/broken.xml',
      rss('مكسور', [
        { guid: '1', title: 'سليم', enclosure: 'https://cdn.example.org/b1.mp3' },
        { guid: '2', title: '', enclosure: 'javascript:alert(1)' },
        { guid: '3', title: 'سليم أيضًا', enclosure: 'https://cdn.example.org/b3.mp3' },
      ]),
    );
    const run = await runSource(mesh, await createSource(mesh, feeds.url('/broken.xml')));
    expect(run).toMatchObject({ status: 'completed', total: 3, published: 2 });
    feeds.serve('/page.html', '<!doctype html><html><body>صفحة</body></html>', { 'content-type': 'text/html' });
    expect(await runSource(mesh, await createSource(mesh, feeds.url('/page.html')))).toMatchObject({
      status: 'failed',
      error: { code: expect.stringMatching(/^feed\./) },
    });
  });

  it('publishes what waited as drafts when a run is told to, though nothing in the feed has changed', async () => {
    feeds.serve(
      '/waiting.xml',
      rss('قيد الانتظار', [{ guid: '1', title: 'تنتظر', enclosure: 'https://cdn.example.org/w1.mp3' }]),
    );
    const sourceId = await createSource(mesh, feeds.url('/waiting.xml'), 'draft');
    expect(await runSource(mesh, sourceId)).toMatchObject({ status: 'completed', counts: { new: 1 }, published: 0 });
    expect(await runSource(mesh, sourceId)).toMatchObject({
      status: 'completed',
      counts: { unchanged: 1 },
      published: 0,
    });
    const run = await runSource(mesh, sourceId, 'when_ready');
    expect(run).toMatchObject({ status: 'completed', counts: { new: 0, changed: 0, unchanged: 1 }, published: 1 });
    await eventually(
      () => mesh.public(`/programs/${run.programId}`),
      ({ body }) => body.episodeCount === 1,
      'program and episode are public',
    );
  });

  it('cannot be asked for from a private address that is not allowed', async () => {
    for (const url of [
      'http://127.0.0.1:1/feed',
      'http://[::ffff:127.0.0.1]/',
      'http://2130706433/',
      'http://169.254.169.254/latest/meta-data',
      'file:///etc/passwd',
      'http://user:secret@example.org/feed',
    ]) {
      expect({
        url,
        status: (await mesh.editors('POST', '/ingest/sources', { body: { kind: 'rss', url } })).status,
      }).toEqual({ url, status: 422 });
    }
  });
});

describeWithTestData('feeds-rss-parser', 'feeds from elsewhere', (folder) => {
  const counts: Record<string, number> = {
    'content-encoded.rss': 7,
    'craigslist.rss': 25,
    'customfields.rss': 15,
    'encoding.rss': 40,
    'guardian.rss': 55,
    'heise.atom': 15,
    'heraldsun.rss': 2,
    'incomplete-fields.atom': 1,
    'instant-article.rss': 1,
    'itunes-category.rss': 1,
    'pagination-links.rss': 1,
    'uolNoticias.rss': 15,
    'xml2js-options.rss': 69,
  };
  /** Feeds that name no charset of their own come with the one their server named. */
  const charsets: Record<string, string> = { 'uolNoticias.rss': 'iso-8859-1' };

  it.each(Object.entries(counts))('imports every item of %s (%i)', async (file, count) => {
    feeds.serve(`/${file}`, readFileSync(join(folder, 'input', file)), {
      'content-type': `text/xml${charsets[file] ? `; charset=${charsets[file]}` : ''}`,
    });
    const { run, titles } = await importTwice(feeds.url(`/${file}`));
    expect(run.total).toBe(count);
    expect(run.counts.failed).toBe(0);
    const expected = (
      JSON.parse(
        readFileSync(
          join(folder, 'expected-rss-parser', `${basename(file, file.slice(file.lastIndexOf('.')))}.json`),
          'utf8',
        ),
      ) as { feed: { items: { title?: string }[] } }
    ).feed.items;
    // the other parser lost some letters and blanks of old charsets: those are left out of the comparison
    const normal = (title: string): string => title.normalize('NFC').replace(/[^\x21-\x7e]/g, '');
    const known = new Set(expected.map(({ title = '' }) => normal(title)));
    for (const title of titles) expect(known).toContain(normal(title));
    expect(titles.join('')).not.toContain('\ufffd');
  });

  it('fails cleanly for what is no feed', async () => {
    feeds.serve('/unrecognized.rss', readFileSync(join(folder, 'input/unrecognized.rss')));
    expect(await runSource(mesh, await createSource(mesh, feeds.url('/unrecognized.rss')))).toMatchObject({
      status: 'failed',
    });
  });
});

describeWithTestData('feeds-arabic-derived', 'one Arabic feed in many encodings', (folder) => {
  const [show] = readdirSync(folder).filter((name) => /^\d+$/.test(name));
  const path = join(folder, show ?? '');
  const [program = '', ...episodes] = readFileSync(join(path, 'titles.txt'), 'utf8').trim().split('\n');
  const encodings = readdirSync(path).filter((name) => name.endsWith('.xml') && !name.includes('undeclared'));

  const expectWhole = async (url: string): Promise<string> => {
    const { run, titles } = await importTwice(url);
    expect([...titles].sort()).toEqual([...episodes].map((title) => title.replace(/\s+/g, ' ').trim()).sort());
    expect((await mesh.public(`/programs/${run.programId}`)).body.title).toBe(program);
    return run.programId as string;
  };

  it.each(encodings)('reads %s letter for letter', async (file) => {
    feeds.serve(`/${file}`, readFileSync(join(path, file)), { 'content-type': 'text/xml' });
    const programId = await expectWhole(feeds.url(`/${file}`));
    const titled = async (q: string): Promise<string[]> =>
      (await everyPage((query) => mesh.search(q, `&kind=episode&${query.slice(1)}`)))
        .filter((hit) => hit.episode.programId === programId)
        .map((hit) => hit.episode.title as string);
    // the catalogue shows an episode and the index finds it, each in its own time
    const expectFound = (q: string, title: string) =>
      eventually(
        () => titled(q),
        (titles) => titles.some((one) => one.includes(title)),
        `${q} finds ${title}`,
      );
    await expectFound('الإيمان', 'من الشك الى الايمان');
    await expectFound('رحلتي', 'رحلتى');
    await expectFound('القران', 'القرآن كائن حى');
    await expectFound('كالاعصار', 'كالإعصار');
    await expectFound('نبوه', 'نبوة');
    await eventually(
      async () => [await titled('مُحَمَّد'), await titled('محمد')],
      ([marked = [], plain = []]) => marked.length > 0 && marked.join() === plain.join(),
      'marks make no difference',
    );
  });

  it('takes the charset from the server where the document names none, and never guesses', async () => {
    const body = readFileSync(join(path, 'windows-1256-undeclared.xml'));
    feeds.serve('/declared-by-server.xml', body, { 'content-type': 'text/xml; charset=windows-1256' });
    await expectWhole(feeds.url('/declared-by-server.xml'));
    feeds.serve('/undeclared.xml', body, { 'content-type': 'text/xml' });
    expect(await runSource(mesh, await createSource(mesh, feeds.url('/undeclared.xml')))).toMatchObject({
      status: 'failed',
      error: { code: 'feed.undecodable' },
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { parseFeed } from './parse-feed.js';

const ITUNES = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"';
const PODCAST = 'xmlns:podcast="https://podcastindex.org/namespace/1.0"';

/**
 * A podcast as Arabic publishers write one; the prefixes are not the usual ones, because only their namespaces count.
 */
const ARABIC_PODCAST = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:p="https://podcastindex.org/namespace/1.0"
  xmlns:c="http://purl.org/rss/1.0/modules/content/" xmlns:a="http://www.w3.org/2005/Atom">
<channel>
  <title>قهوة الصباح</title><link>https://qahwa.example/</link><language>ar-SA</language>
  <description>حوارات &amp; حكايات</description>
  <a:link rel="self" href="https://qahwa.example/feed.xml"/><a:link rel="next" href="/feed.xml?page=2"/>
  <i:author>إذاعة الصباح</i:author><i:owner><i:name>ليلى</i:name><i:email>laila@qahwa.example</i:email></i:owner>
  <i:image href="/cover.jpg"/><i:category text="Society &amp; Culture">
<i:category text="Documentary"/></i:category><category>أدب</category>
  <i:explicit>no</i:explicit><i:type>serial</i:type><i:complete>Yes</i:complete>
<i:new-feed-url>https://new.example/feed</i:new-feed-url>
  <p:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</p:guid><p:person>ليلى</p:person>
  <item>
    <guid isPermaLink="false">ep-2</guid><title>الحلقة الثانية</title><link>episodes/2</link>
    <pubDate>Tue, 01 Jan 2019 10:00:00 +0300</pubDate><description>نص قصير</description>
    <c:encoded><![CDATA[<p>نص <a href="/about">طويل</a></p>]]></c:encoded>
    <enclosure url="https://cdn.example/2.mp3?token=1" length="12345" type="audio/mpeg"/>
    <i:duration>٤٥:٠٠</i:duration><i:season>1</i:season><i:episode>2</i:episode>
<i:episodeType>bonus</i:episodeType><i:explicit>true</i:explicit>
    <p:person role="Guest" group="Writing" img="/nour.jpg" href="https://nour.example/">نور</p:person>
  </item>
  <item><guid>https://qahwa.example/1</guid><title>الحلقة الأولى</title>
<p:episode display="مئة">100.5</p:episode><p:season name="الأول">3</p:season></item>
</channel></rss>`;

const parse = (text: string) => parseFeed(text, 'https://feeds.example/dir/feed.xml');
const rssItem = (inside: string, attributes = '') =>
  parse(`<rss version="2.0" ${ITUNES} ${PODCAST} ${attributes}><channel><item>${inside}</item></channel></rss>`)
    .items[0]!;

describe('RSS', () => {
  it('gives all of a podcast', () => {
    expect(JSON.parse(JSON.stringify(parse(ARABIC_PODCAST)))).toEqual({
      format: 'rss',
      version: '2.0',
      title: 'قهوة الصباح',
      description: 'حوارات & حكايات',
      link: 'https://qahwa.example/',
      selfUrl: 'https://qahwa.example/feed.xml',
      nextPageUrl: 'https://feeds.example/feed.xml?page=2',
      language: 'ar-SA',
      imageUrl: 'https://feeds.example/cover.jpg',
      author: 'إذاعة الصباح',
      owner: { name: 'ليلى', email: 'laila@qahwa.example' },
      categories: ['Society & Culture', 'Documentary', 'أدب'],
      explicit: false,
      type: 'serial',
      people: [{ name: 'ليلى', role: 'host', group: 'cast' }],
      podcastGuid: '9b024349-ccf0-5f69-a609-6b82873eab3c',
      newFeedUrl: 'https://new.example/feed',
      complete: true,
      block: false,
      isPartial: false,
      warnings: [],
      items: [
        {
          guid: 'ep-2',
          link: 'https://feeds.example/dir/episodes/2',
          title: 'الحلقة الثانية',
          description: '<p>نص <a href="https://feeds.example/about">طويل</a></p>',
          publishedAt: '2019-01-01T07:00:00.000Z',
          enclosure: { url: 'https://cdn.example/2.mp3?token=1', length: 12345, type: 'audio/mpeg' },
          durationSeconds: 2700,
          season: 1,
          number: '2',
          kind: 'bonus',
          explicit: true,
          people: [
            {
              name: 'نور',
              role: 'guest',
              group: 'writing',
              imageUrl: 'https://feeds.example/nour.jpg',
              url: 'https://nour.example/',
            },
          ],
          categories: [],
          block: false,
          warnings: [],
        },
        {
          guid: 'https://qahwa.example/1',
          link: 'https://qahwa.example/1',
          title: 'الحلقة الأولى',
          season: 3,
          number: '100.5',
          kind: 'full',
          explicit: false,
          people: [{ name: 'ليلى', role: 'host', group: 'cast' }],
          categories: [],
          block: false,
          warnings: [],
        },
      ],
    });
  });

  it.each(['0.91', '0.92', '0.93', '2.0'])('reads version %s', (version) => {
    const feed = parse(
      `<rss version="${version}"><channel><title>T</title><item><title>I</title></item></channel></rss>`,
    );
    expect(feed).toMatchObject({ format: 'rss', version, title: 'T', items: [{ title: 'I' }] });
  });

  it('reads RDF, whose items stand beside the channel', () => {
    const feed = parse(`<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:d="http://purl.org/dc/elements/1.1/">
      <channel r:about="https://a.example/"><title>T</title><d:language>ar</d:language></channel><image>
<url>https://a.example/i.png</url></image>
      <item r:about="https://a.example/1"><title>I</title><link>https://a.example/one</link>
<d:date>2019-01-01T10:00:00Z</d:date><d:creator>ليلى</d:creator></item></r:RDF>`);
    expect(feed).toMatchObject({ format: 'rdf', title: 'T', language: 'ar', imageUrl: 'https://a.example/i.png' });
    expect(feed.items).toMatchObject([
      {
        guid: 'https://a.example/1',
        link: 'https://a.example/one',
        publishedAt: '2019-01-01T10:00:00.000Z',
        author: 'ليلى',
      },
    ]);
  });

  it('reads a feed whose RSS elements have a namespace, and one without a channel', () => {
    expect(parse('<rss xmlns="http://backend.userland.com/rss2"><channel><title>T</title></channel></rss>').title).toBe(
      'T',
    );
    expect(parse('<rss><item><title>I</title></item></rss>').items).toMatchObject([{ title: 'I' }]);
  });

  it('knows elements by their namespace and never by their prefix', () => {
    const feed = parse(
      '<rss xmlns:itunes="https://elsewhere.example/"><channel><item><itunes:duration>60</itunes:duration>' +
        '<other:title>X</other:title></item></channel></rss>',
    );
    expect(feed.items[0]).not.toHaveProperty('title', 'X');
    expect(feed.items[0]!.durationSeconds).toBeUndefined();
    expect(feed.warnings).toContainEqual({ code: 'xml_undeclared_prefix' });
  });

  it.each([
    ['<itunes:summary>s</itunes:summary>', 's'],
    ['<itunes:summary>s</itunes:summary><description>d</description>', 'd'],
    ['<description>d</description><c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content/"> </c:encoded>', 'd'],
    [
      '<description>naked <b class="x">markup</b> &amp;<br/></description>',
      'naked <b class="x">markup</b> &amp;<br />',
    ],
  ])('takes the description from %s', (inside, description) => expect(rssItem(inside).description).toBe(description));

  it.each([
    ['<description>d</description><itunes:subtitle>s</itunes:subtitle>', 'd', 's'],
    [
      '<itunes:summary>d</itunes:summary><itunes:subtitle> s\n&lt;b&gt;&amp;amp;&lt;/b&gt; t</itunes:subtitle>',
      'd',
      's & t',
    ],
    ['<itunes:subtitle>s</itunes:subtitle>', 's', undefined],
    ['<description>&lt;p&gt;s&lt;/p&gt;</description><itunes:subtitle>s</itunes:subtitle>', '<p>s</p>', undefined],
    ['<description>d</description><itunes:subtitle> </itunes:subtitle>', 'd', undefined],
  ])('takes the subtitle beside the description from %s', (inside, description, subtitle) => {
    expect(rssItem(inside)).toMatchObject({ description, ...(subtitle !== undefined && { subtitle }) });
    expect(rssItem(inside).subtitle).toBe(subtitle);
    const feed = parse(
      `<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>${inside}</channel></rss>`,
    );
    expect([feed.description, feed.subtitle]).toEqual([description, subtitle]);
  });

  it.each([
    [
      '<enclosure url="https://a.example/i.jpg" type="image/jpeg"/>' +
        '<enclosure url="https://a.example/1.mp3" type="audio/mpeg"/>',
      { url: 'https://a.example/1.mp3', type: 'audio/mpeg' },
    ],
    ['<enclosure url="1.mp3" length="0"/>', { url: 'https://feeds.example/dir/1.mp3' }],
    [
      '<enclosure url="https://a.example/1" length="-1" type="AUDIO/MPEG"/>',
      { url: 'https://a.example/1', type: 'audio/mpeg' },
    ],
    ['<enclosure url="https://a.example/1.mp3" length="abc"/>', { url: 'https://a.example/1.mp3' }],
    [
      '<m:content xmlns:m="http://search.yahoo.com/mrss/" url="https://a.example/1.mp4" type="video/mp4" ' +
        'fileSize="7" duration="60"/>',
      { url: 'https://a.example/1.mp4', type: 'video/mp4', length: 7 },
    ],
  ])('chooses the file to play (%#)', (inside, enclosure) => expect(rssItem(inside).enclosure).toEqual(enclosure));

  it.each([
    ['<enclosure/>', 'enclosure_ignored'],
    ['<enclosure url="javascript:alert(1)"/>', 'enclosure_ignored'],
    ['<enclosure url="https://a.example/a.zip" type="application/zip"/>', 'enclosure_not_playable'],
    ['<link>javascript:alert(1)</link>', 'link_ignored'],
    ['<pubDate>yesterday</pubDate>', 'date_ignored'],
    ['<pubDate>1 Jan 2019 10:00</pubDate>', 'date_zone_assumed'],
    ['<itunes:duration>99999999</itunes:duration>', 'duration_ignored'],
    ['<itunes:episode>0</itunes:episode>', 'number_ignored'],
    ['<itunes:season>two</itunes:season>', 'season_ignored'],
    [`<guid>${'g'.repeat(30_000)}</guid>`, 'guid_ignored'],
  ])('keeps the item of %s and warns', (inside, code) => {
    const item = rssItem(`<title>Kept</title>${inside}`);
    expect(item.title).toBe('Kept');
    expect(item.warnings.map((warning) => warning.code)).toContain(code);
  });

  it.each([
    ['<guid>https://a.example/1</guid>', 'https://a.example/1'],
    ['<guid isPermaLink="false">https://a.example/1</guid>', undefined],
    ['<guid>urn:1</guid>', undefined],
    ['<guid>abc</guid>', undefined],
    ['<link/><a:link xmlns:a="http://www.w3.org/2005/Atom" href="/x"/>', 'https://feeds.example/x'],
  ])('finds the link in %s', (inside, link) => expect(rssItem(inside).link).toBe(link));

  it('resolves addresses against the nearest xml:base', () => {
    const feed = parse(
      '<rss xml:base="https://base.example/a/"><channel xml:base="b/"><item xml:base="c/"><link>d</link>' +
        '<description>&lt;a href="e">x&lt;/a></description></item></channel></rss>',
    );
    expect(feed.items[0]).toMatchObject({
      link: 'https://base.example/a/b/c/d',
      description: '<a href="https://base.example/a/b/c/e">x</a>',
    });
  });

  it.each([
    ['yes', true],
    ['Explicit', true],
    ['TRUE', true],
    ['clean', false],
    ['no', false],
    ['false', false],
    ['perhaps', undefined],
  ])('reads explicit %s', (text, explicit) => {
    expect(rssItem(`<itunes:explicit>${text}</itunes:explicit>`).explicit).toBe(explicit);
  });

  it.each([
    ['me@example.com (Example Editor)', 'Example Editor'],
    ['Example Editor (me@example.com)', 'Example Editor'],
    ['Example <me@example.com>', 'Example'],
    ['me@example.com', 'me@example.com'],
    ['ليلى', 'ليلى'],
  ])('finds the name in %s', (text, author) =>
    expect(rssItem(`<author><![CDATA[${text}]]></author>`).author).toBe(author),
  );
});

describe('Atom', () => {
  const atom = (inside: string) => parse(`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar">${inside}</feed>`);

  it('takes the subtitle of an Atom feed and entry from their elements of iTunes', () => {
    const said = (description: string) =>
      `<itunes:subtitle xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">s</itunes:subtitle>${description}`;
    const feed = atom(`${said('<subtitle>d</subtitle>')}<entry>${said('<summary>s</summary>')}</entry>`);
    expect([feed.description, feed.subtitle]).toEqual(['d', 's']);
    expect([feed.items[0]!.description, feed.items[0]!.subtitle]).toEqual(['s', undefined]);
  });

  it('gives feed and entries', () => {
    const feed = atom(`<title>قهوة</title><subtitle>نص</subtitle><link href="https://a.example/"/>
<link rel="self" href="https://a.example/feed"/><logo>/logo.png</logo><author><name>ليلى</name></author>
      <entry><id>urn:1</id><title type="html">&lt;b&gt;حلقة&lt;/b&gt; &amp;amp; لقاء</title>
<updated>2020-01-01T00:00:00Z</updated><published>2019-01-01T00:00:00Z</published>
      <link rel="enclosure" href="https://a.example/1.mp3" type="audio/mpeg" length="5"/>
<link href="/1"/><category term="a" label="أدب"/><summary>s</summary>
<content type="html">&lt;p&gt;c&lt;/p&gt;</content></entry>`);
    expect(feed).toMatchObject({
      format: 'atom',
      version: '1.0',
      title: 'قهوة',
      description: 'نص',
      link: 'https://a.example/',
      selfUrl: 'https://a.example/feed',
      language: 'ar',
      imageUrl: 'https://feeds.example/logo.png',
      author: 'ليلى',
    });
    expect(feed.items).toMatchObject([
      {
        guid: 'urn:1',
        title: 'حلقة & لقاء',
        publishedAt: '2019-01-01T00:00:00.000Z',
        link: 'https://feeds.example/1',
        description: '<p>c</p>',
        categories: ['أدب'],
        enclosure: { url: 'https://a.example/1.mp3', type: 'audio/mpeg', length: 5 },
      },
    ]);
  });

  it.each([
    ['<content>1 &lt; 2</content>', '1 &lt; 2'],
    ['<content type="html">&lt;p&gt;x&lt;/p&gt;</content>', '<p>x</p>'],
    [
      '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a &amp; b</p></div></content>',
      '<p>a &amp; b</p>',
    ],
    ['<content type="text/html" mode="escaped">&lt;p&gt;x&lt;/p&gt;</content>', '<p>x</p>'],
    [
      `<content type="text/html" mode="base64">${Buffer.from('<p>قهوة</p>').toString('base64')}</content>`,
      '<p>قهوة</p>',
    ],
  ])('reads the content %s', (inside, description) =>
    expect(atom(`<entry>${inside}</entry>`).items[0]!.description).toBe(description),
  );

  it('reads Atom 0.3 and feeds that forget the namespace', () => {
    const old = parse(
      '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><tagline>t</tagline><entry><title>E</title>' +
        '<issued>2019-01-01T00:00:00Z</issued></entry></feed>',
    );
    expect(old).toMatchObject({
      version: '0.3',
      description: 't',
      items: [{ title: 'E', publishedAt: '2019-01-01T00:00:00.000Z' }],
    });
    expect(parse('<feed><entry><title>E</title></entry></feed>').items).toMatchObject([{ title: 'E' }]);
  });
});

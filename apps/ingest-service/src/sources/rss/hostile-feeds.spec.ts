import { describe, expect, it } from '@jest/globals';
import { createFeedParser } from './feed-parser.js';
import type { ParsedFeed } from './parsed-feed.js';

const parser = createFeedParser();
const rss = (inside: string) => `<rss version="2.0"><channel><title>Feed</title>${inside}</channel></rss>`;
const item = (inside: string) => rss(`<item><title>Before</title></item><item>${inside}</item>`);

async function parse(text: string): Promise<ParsedFeed> {
  return parser.parse({ body: Buffer.from(text), baseUrl: 'https://feeds.example/feed' });
}

async function refusal(text: string): Promise<unknown> {
  return parse(text).then(
    () => 'no refusal',
    (error) => error.code,
  );
}

describe('bodies made to harm', () => {
  it('does not expand entities that multiply', async () => {
    const levels = Array.from(
      { length: 10 },
      (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`,
    ).join('');
    const entities = `<!ENTITY l0 "lol">${levels}`;
    const bomb = `<?xml version="1.0"?><!DOCTYPE rss [${entities}]>${rss('<item><title>&l10;</title></item>')}`;
    expect(await refusal(bomb)).toBe('feed.too_complex');
  });

  it('does not repeat a long entity', async () => {
    const document = rss(`<description>${'&a;'.repeat(50_000)}</description>`);
    const bomb = `<!DOCTYPE rss [<!ENTITY a "${'a'.repeat(100_000)}">]>${document}`;
    expect(await refusal(bomb)).toBe('feed.too_complex');
  });

  it('never reads an external entity', async () => {
    const document = rss('<item><title>&file;</title></item>');
    const bomb = `<!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/passwd">]>${document}`;
    expect(await refusal(bomb)).toBe('feed.too_complex');
  });

  it('passes over declarations, however many, that the text does not use', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `<!ATTLIST a n${index} CDATA #IMPLIED>`).join('');
    const feed = await parse(
      `<!DOCTYPE rss [<!ENTITY % p SYSTEM "x">%p;<!-- ' -->${many}]>${rss('<item><title>One</title></item>')}`,
    );
    expect(feed.items.map(({ title }) => title)).toEqual(['One']);
  });

  it.each([
    ['200,000 nested elements', item('<a>'.repeat(200_000)), 'feed.too_complex'],
    [
      '200,000 attributes',
      item(`<a ${Array.from({ length: 200_000 }, (_, index) => `n${index}="1"`).join(' ')}/>`),
      'feed.too_complex',
    ],
    ['a name of 100,000 letters', item(`<${'a'.repeat(100_000)}/>`), 'feed.too_complex'],
    [
      'an HTML page',
      '<!DOCTYPE html><html><head><title>Log in</title></head><body><p>Hello</body></html>',
      'feed.not_a_feed',
    ],
    ['nothing', '', 'feed.not_a_feed'],
    ['blanks', ' \n\t ', 'feed.not_a_feed'],
    ['plain text', 'Hello', 'feed.not_a_feed'],
    ['an unclosed declaration', '<!DOCTYPE rss [<!ENTITY a "', 'feed.not_a_feed'],
    ['a JSON feed', '{"version":"https://jsonfeed.org/version/1.1","items":[]}', 'feed.unsupported_format'],
    ['another format', '<channel href="http://a.example/"><item/></channel>', 'feed.unsupported_format'],
  ])('refuses %s', async (_name, text, code) => {
    expect(await refusal(text)).toBe(code);
  });

  it('reads ten megabytes of character references without touching the main thread', async () => {
    let beats = 0;
    const heart = setInterval(() => {
      beats += 1;
    }, 5);
    const feed = await parse(item(`<description>${'&#65;'.repeat(2_000_000)}</description>`));
    clearInterval(heart);
    expect(feed.items[1]?.description).toBe('A'.repeat(100_000));
    expect(feed.items[1]?.warnings).toContainEqual({ code: 'description_cut' });
    expect(beats).toBeGreaterThan(3);
  });

  it('ends a worker that takes too long', async () => {
    const impatient = createFeedParser({ timeoutMs: 1 });
    await expect(impatient.parse({ body: Buffer.from(rss('')) })).rejects.toMatchObject({ code: 'feed.timeout' });
  });

  it('ends a worker that needs too much memory', async () => {
    const small = createFeedParser({ maxMemoryMb: 8 });
    const body = Buffer.from(rss('<item><a/><b/><c/></item>'.repeat(120_000)));
    await expect(small.parse({ body })).rejects.toMatchObject({ code: 'feed.too_large' });
  });

  it('reads as many items as the limit says and tells of the rest', async () => {
    const feed = await parse(rss('<item><title>x</title></item>'.repeat(12_000)));
    expect(feed.items).toHaveLength(10_000);
    expect(feed).toMatchObject({ isPartial: true, warnings: [{ code: 'items_capped', detail: '12000' }] });
  });

  it('stops at the limit of elements and keeps what came before', async () => {
    const feed = await parse(rss('<item/>'.repeat(600_000)));
    expect(feed.isPartial).toBe(true);
    expect(feed.items).toHaveLength(10_000);
  });

  it('takes no more categories, enclosures or title than the limits allow', async () => {
    const feed = await parse(
      item(
        `<title>${'ط'.repeat(5_000)}</title>${'<category>c</category>'.repeat(10)}` +
          Array.from({ length: 10_000 }, (_, index) => `<category>${index}</category>`).join('') +
          '<enclosure url="https://a.example/1.mp3" type="audio/mpeg" length="1"/>'.repeat(10_000),
      ),
    );
    expect(feed.items[1]).toMatchObject({ title: 'ط'.repeat(1_000), enclosure: { url: 'https://a.example/1.mp3' } });
    expect(feed.items[1]?.categories).toHaveLength(50);
  });

  it('ignores elements and attributes named like parts of JavaScript objects', async () => {
    const feed = await parse(
      item('<__proto__ toString="1"><polluted>1</polluted></__proto__><constructor __proto__="2"/><title>Safe</title>'),
    );
    expect(feed.items[1]?.title).toBe('Safe');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it.each([
    ['<title>Cut', 'in a text'],
    ['<title>Whole</title><description><![CDATA[never closed', 'in a CDATA section'],
    ['<title>Whole</title><link href="https://a.exam', 'in an attribute'],
    ['<title>Whole</title', 'in a closing tag'],
    ['<!-- never closed', 'in a comment'],
  ])('keeps the items before a break (%s)', async (rest) => {
    const feed = await parse(`<rss><channel><title>Feed</title><item><title>Before</title></item><item>${rest}`);
    expect(feed.items.map(({ title }) => title)).toEqual(['Before']);
    expect(feed).toMatchObject({ title: 'Feed', isPartial: true });
    expect(feed.warnings).toContainEqual({ code: 'xml_cut' });
  });

  it('mends tags that do not match, and loses no item', async () => {
    const feed = await parse(
      rss('<item><description>one<br>two <b>three</description></item></p><item><title>2 < 3 & 4</title></item>'),
    );
    expect(feed.items).toHaveLength(2);
    expect(feed.items[1]?.title).toBe('2 < 3 & 4');
    expect(feed.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['xml_mismatched_tag', 'xml_stray_markup']),
    );
  });

  it('reads the first of two roots', async () => {
    const feed = await parse(rss('<item><title>1</title></item>') + rss('<item><title>2</title></item>'));
    expect(feed.items.map(({ title }) => title)).toEqual(['1']);
    expect(feed.warnings).toContainEqual({ code: 'xml_after_root' });
  });

  it('drops control characters and halves of surrogate pairs', async () => {
    const feed = await parse(item('<title>a&#0;b&#xD800;c&#8;d\u0000e</title>'));
    expect(feed.items[1]?.title).toBe('abcde');
  });

  it('decodes references once', async () => {
    const feed = await parse(
      item(
        '<title>&amp;lt;b&amp;gt; caf&eacute; &#146; &unknown;</title>' +
          '<description><![CDATA[]]]]><![CDATA[>&amp;]]></description>',
      ),
    );
    expect(feed.items[1]).toMatchObject({ title: '&lt;b&gt; café ’ &unknown;', description: ']]>&amp;' });
  });

  it.each([
    ['a'.repeat(50_000) + '!'],
    ['1'.repeat(50_000) + ':'],
    [' '.repeat(50_000) + 'x'],
    ['<a href="'.repeat(6_000)],
    ['('.repeat(50_000)],
    ['&a'.repeat(25_000)],
    ['@'.repeat(50_000)],
    ['<a '.repeat(16_000)],
    ['http://'.repeat(7_000)],
    ['%'.repeat(50_000)],
  ])('is not slowed down by texts made against patterns (%#)', async (text) => {
    const attribute = text.replaceAll('"', "'").replaceAll('<', '&lt;');
    const fields = [
      'title',
      'link',
      'guid',
      'pubDate',
      'author',
      'description',
      'dur:duration',
      'dur:episode',
      'dur:season',
      'category',
    ];
    const body =
      fields.map((name) => `<${name}><![CDATA[${text}]]></${name}>`).join('') +
      `<enclosure url="${attribute}" length="${attribute}" type="${attribute}"/>`;
    // work, not time: a busy machine is nobody's fault
    const before = process.cpuUsage();
    const feed = await parse(
      `<rss xmlns:dur="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><item>${body}</item></channel></rss>`,
    );
    expect(feed.items).toHaveLength(1);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
  });
});

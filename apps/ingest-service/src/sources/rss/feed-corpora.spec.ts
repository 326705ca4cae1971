import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithTestData } from '@mediamesh/testing';
import { describe, expect, it } from '@jest/globals';
import { decodeFeed } from './charset.js';
import { createFeedParser } from './feed-parser.js';
import { hashContent } from '../../items/content-hash.js';
import { identifyItems, type KnownItem } from '../../items/identity.js';
import type { SourceItem } from '../source-content.js';
import { nameItem } from './item-names.js';
import { parseFeed } from './parse-feed.js';
import type { ParsedFeed } from './parsed-feed.js';

const read = (path: string, charset?: string): ParsedFeed =>
  parseFeed(decodeFeed(readFileSync(path), charset).text, 'http://127.0.0.1:8097/feed');

const identify = (items: SourceItem[], known: Iterable<KnownItem>) => identifyItems(items.map(nameItem), known);

const ITEM_COUNTS: Record<string, number> = {
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

/** rss-parser read these as UTF-8, which they are not: its letters outside ASCII are lost. */
const sameButForLostLetters = (ours: string | undefined, theirs: string) => {
  const pattern = theirs
    .trim()
    .split('\ufffd')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.');
  return new RegExp(`^${pattern}$`, 'su').test(ours ?? '');
};

describeWithTestData('feeds-rss-parser', 'captured feeds', (folder) => {
  it.each(Object.entries(ITEM_COUNTS))('reads %s with its %d items, its titles, links and dates', (name, count) => {
    // The server of this one names its encoding in the answer only.
    const feed = read(join(folder, 'input', name), name === 'uolNoticias.rss' ? 'iso-8859-1' : undefined);
    expect(feed.items).toHaveLength(count);
    const expected = JSON.parse(
      readFileSync(join(folder, 'expected-rss-parser', name.replace(/\.\w+$/, '.json')), 'utf8'),
    ).feed;
    expect(
      feed.items.map((item, index) => [
        expected.items[index].title === undefined || sameButForLostLetters(item.title, expected.items[index].title)
          ? 'same'
          : item.title,
        expected.items[index].link === undefined
          ? 'same'
          : item.link === expected.items[index].link
            ? 'same'
            : item.link,
        expected.items[index].isoDate === undefined
          ? 'same'
          : item.publishedAt === expected.items[index].isoDate
            ? 'same'
            : item.publishedAt,
      ]),
    ).toEqual(feed.items.map(() => ['same', 'same', 'same']));
  });

  it.each(Object.keys(ITEM_COUNTS))('gives every item of %s a key, the same in a second run', (name) => {
    const { items } = read(join(folder, 'input', name), 'iso-8859-1');
    const first = identify(items, []);
    const second = identify(items.toReversed(), first.items);
    expect(first.items.length + first.duplicates.length).toBe(items.length);
    expect(second.items.every(({ isKnown }) => isKnown)).toBe(true);
    const hashes = new Map(first.items.map(({ key, item }) => [key, hashContent(item)]));
    expect(identify(items, first.items).items.filter(({ key, item }) => hashes.get(key) !== hashContent(item))).toEqual(
      [],
    );
  });

  it('refuses what is no feed, and text whose encoding nobody names', () => {
    expect(() => read(join(folder, 'input', 'unrecognized.rss'))).toThrow(
      expect.objectContaining({ code: 'feed.not_a_feed' }),
    );
    expect(() => read(join(folder, 'input', 'uolNoticias.rss'))).toThrow(
      expect.objectContaining({ code: 'feed.undecodable' }),
    );
  });
});

describeWithTestData('feeds-arabic-derived', 'an Arabic podcast', (folder) => {
  const show = join(folder, '10112');
  const titles = readFileSync(join(show, 'titles.txt'), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const allTitles = (feed: ParsedFeed) => [feed.title, ...feed.items.map(({ title }) => title)];

  it.each(['utf-8', 'utf-8-bom', 'windows-1256', 'iso-8859-6', 'utf-16le-bom'])(
    'has exactly its titles in %s',
    (encoding) => {
      expect(allTitles(read(join(show, `${encoding}.xml`)))).toEqual(titles);
    },
  );

  it('has them in an undeclared encoding when the answer names it, and fails cleanly when nobody does', () => {
    expect(allTitles(read(join(show, 'windows-1256-undeclared.xml'), 'windows-1256'))).toEqual(titles);
    expect(() => read(join(show, 'windows-1256-undeclared.xml'))).toThrow(
      expect.objectContaining({ code: 'feed.undecodable' }),
    );
  });
});

describeWithTestData('feeds-feedsmith', 'feeds of many namespaces', (folder) => {
  it.each([
    'atom/references/atom-10',
    'atom/references/atom-ns',
    'rdf/references/rdf-09',
    'rss/references/rss-093',
    'rss/references/rss-20',
    'rss/references/rss-ns',
  ])('reads %s without loss', (name) => {
    const feed = read(join(folder, 'feeds', `${name}.xml`));
    const expected = JSON.parse(readFileSync(join(folder, 'feeds', `${name}.json`), 'utf8'));
    const titleOf = (value: unknown) =>
      typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
    expect(feed.title).toBe(titleOf(expected.title));
    expect(feed.items.map(({ title }) => title)).toEqual(
      (expected.items ?? expected.entries).map((item: { title?: unknown }) => titleOf(item.title)),
    );
    expect(feed.warnings.filter(({ code }) => code.startsWith('xml_'))).toEqual([]);
  });
});

describeWithTestData('feeds-podcast-namespace', 'Podcasting 2.0', (folder) => {
  it('reads the example feed', () => {
    const feed = read(join(folder, 'example.xml'));
    expect(feed.items.length).toBeGreaterThan(0);
    expect(feed.podcastGuid).toBe('y0ur-gu1d-g035-h3r3');
    expect(feed.items.some(({ people }) => people.length > 0)).toBe(true);
  });
});

describe('the worker', () => {
  it('gives what reading in place gives', async () => {
    const body = Buffer.from(
      '<rss version="2.0"><channel><title>قهوة</title><item><guid>1</guid></item></channel></rss>',
    );
    const feed = await createFeedParser().parse({ body, baseUrl: 'https://a.example/' });
    expect(JSON.parse(JSON.stringify(feed))).toEqual(
      JSON.parse(JSON.stringify(parseFeed(body.toString(), 'https://a.example/'))),
    );
  });
});

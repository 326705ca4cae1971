import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithTestData } from '@mediamesh/testing';
import { stripHtml } from '@mediamesh/text';
import { expect, it } from '@jest/globals';
import { readCharset } from '../../fetching/safe-fetch.js';
import { decodeFeed } from './charset.js';
import { parseFeedDate } from './dates.js';
import { parseDuration } from './durations.js';
import { parseFeed } from './parse-feed.js';
import type { SourceItem } from '../source-content.js';
import type { ParsedFeed } from './parsed-feed.js';

const read = (path: string, charset?: string): ParsedFeed =>
  parseFeed(decodeFeed(readFileSync(path), charset).text, 'http://127.0.0.1:8097/feed');
const listFiles = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/**
 * Translates what the authors of Python's feedparser expect of their test documents (`entries[0]['title'] == '…'`) to
 * the fields we store. Expectations about anything else have no translation.
 */
interface Comparison {
  field: string;
  expected: unknown;
  actual: unknown;
}

type Getter<T> = (parsed: T, expected: unknown) => unknown;

const text = (html: string | undefined) => (html === undefined ? undefined : stripHtml(html));
const date: Getter<SourceItem> = (item) => item.publishedAt;
const flag = (value: boolean | undefined, expected: unknown) =>
  typeof expected === 'number' ? Number(value ?? false) : (value ?? null);

const FEED: Record<string, Getter<ParsedFeed>> = {
  title: (feed) => feed.title ?? '',
  'title_detail.value': (feed) => feed.title ?? '',
  description: (feed) => text(feed.description ?? ''),
  subtitle: (feed) => text(feed.description),
  tagline: (feed) => text(feed.description),
  info: (feed) => text(feed.description),
  'tagline_detail.value': (feed) => text(feed.description),
  'subtitle_detail.value': (feed) => text(feed.description),
  'info_detail.value': (feed) => text(feed.description),
  link: (feed) => feed.link,
  language: (feed) => feed.language,
  'image.href': (feed) => feed.imageUrl,
  'image.url': (feed) => feed.imageUrl,
  logo: (feed) => feed.imageUrl,
  author: (feed) => feed.author,
  'author_detail.name': (feed) => feed.author,
  itunes_explicit: (feed, expected) => flag(feed.explicit, expected),
  itunes_block: (feed, expected) => flag(feed.block, expected),
  category: (feed) => feed.categories[0],
  'tags.0.term': (feed) => feed.categories[0],
  'tags.1.term': (feed) => feed.categories[1],
};

const ITEM: Record<string, Getter<SourceItem>> = {
  title: (item) => item.title ?? '',
  'title_detail.value': (item) => item.title ?? '',
  description: (item) => text(item.description),
  summary: (item) => text(item.description),
  'content.0.value': (item) => text(item.description),
  link: (item) => item.link,
  id: (item) => item.guid,
  guid: (item) => item.guid,
  published_parsed: date,
  published: date,
  'enclosures.0.href': (item) => item.enclosure?.url,
  'enclosures.0.length': (item) => String(item.enclosure?.length),
  'enclosures.0.type': (item) => item.enclosure?.type,
  author: (item) => item.author,
  'author_detail.name': (item) => item.author,
  itunes_duration: (item) => item.durationSeconds,
  itunes_explicit: (item, expected) => flag(item.explicit, expected),
  itunes_block: (item, expected) => flag(item.block, expected),
  'image.href': (item) => item.imageUrl,
  category: (item) => item.categories[0],
  'tags.0.term': (item) => item.categories[0],
  'tags.1.term': (item) => item.categories[1],
};

const ASSERTION =
  /^(?<root>feed|entries\[0\])(?<path>(?:\['[a-z_]+'\]|\.[a-z_]+|\[\d\])+) (?:==|is) (?<value>(?!entries).+)$/;

function compareWithFeedparser(feed: ParsedFeed, assertions: string): Comparison[] {
  return assertions.split(' and ').flatMap((assertion) => {
    const { root, path, value } = ASSERTION.exec(assertion.trim())?.groups ?? {};
    if (root === undefined) return [];
    const field = path!.replaceAll(/\['([a-z_]+)'\]|\.([a-z_]+)|\[(\d)\]/g, '.$1$2$3').slice(1);
    const isFeed = root === 'feed';
    const getter = isFeed ? FEED[field] : ITEM[field];
    if (getter === undefined) return [];
    const expected = readPython(value!, field);
    const actual = isFeed ? FEED[field]!(feed, expected) : feed.items[0] && ITEM[field]!(feed.items[0], expected);
    return [{ field: `${root}.${field}`, expected, actual }];
  });
}

/** A Python literal, brought to the form in which we hold such a field. */
function readPython(literal: string, field: string): unknown {
  const constants: Record<string, unknown> = { True: true, False: false, None: null };
  if (literal in constants) return constants[literal];
  if (/^\d+$/.test(literal)) return Number(literal);
  const tuple = /^\((\d+(?:, \d+)+)\)$/.exec(literal);
  if (tuple !== null) {
    const [year, month, day, hour, minute, second] = tuple[1]!.split(', ').map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return new Date(Date.UTC(year, month - 1, day, hour, minute, second)).toISOString();
  }
  const string = literal
    .replace(/^u?(?:"""|'|")/, '')
    .replace(/(?:"""|'|")$/, '')
    .replaceAll(
      /\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(['"\\]))/g,
      (_all, wide: string, narrow: string, quoted: string) =>
        quoted ?? String.fromCharCode(Number.parseInt(wide ?? narrow, 16)),
    );
  if (field === 'itunes_duration') return parseDuration(string);
  if (/^published$/.test(field)) return parseFeedDate(string)?.iso;
  // Feedparser writes a person as "name (address)"; we keep the name.
  if (field === 'author') return string.replace(/ \([^)]*@[^)]*\)$/, '');
  if (/link|href|url|logo/.test(field) && URL.canParse(string)) return new URL(string).href;
  // Titles are plain text with us; where the document says that it is text already, brackets are part of it.
  if (/title/.test(field)) return /^[^<]+<blink>[^<]+$/.test(string) ? string : stripHtml(string);
  return /description|summary|value|subtitle|tagline|info/.test(field) ? stripHtml(string) : string;
}

describeWithTestData('feeds-feedparser', "feedparser's documents", (folder) => {
  const expectations = readFileSync(join(folder, 'EXPECT.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { file: string; expect_python?: string });

  it('each end in a feed or in a clean refusal', () => {
    const refused = listFiles(folder)
      .filter((file) => /\.(?:xml|json)$/.test(file))
      .flatMap((file) => {
        try {
          return read(file) && [];
        } catch (error) {
          return [(error as { code?: string }).code ?? error];
        }
      });
    expect(refused.filter((code) => typeof code !== 'string' || !code.startsWith('feed.'))).toEqual([]);
    expect(refused.length).toBeLessThan(70);
  });

  // Keywords and made-up tags are not stored; of an Atom category we take the label, not the term.
  const isCompared = (file: string) =>
    /^wellformed\/(?:rss|atom|atom10|rdf|itunes|media-rss)\//.test(file) &&
    !/keywords|madeup_tags|atom10.entry_category_term/.test(file);

  it('agree in at least 98 % of the fields we store', () => {
    const comparisons = expectations
      .filter(({ file }) => isCompared(file))
      .flatMap(({ file, expect_python: assertions = '' }) => {
        const header = /Content-[Tt]ype:\s*(.+)/.exec(readFileSync(join(folder, file), 'latin1').slice(0, 500))?.[1];
        return compareOne(join(folder, file), assertions, readCharset(header)).map((comparison) => ({
          file,
          ...comparison,
        }));
      });
    const differing = comparisons.filter(({ expected, actual }) => expected !== actual);
    expect(comparisons.length).toBeGreaterThan(100);
    // The differing ones are shown when they are too many.
    expect(differing).toEqual(differing.slice(0, Math.floor(comparisons.length * 0.02)));
  });

  function compareOne(path: string, assertions: string, charset: string | undefined) {
    try {
      return compareWithFeedparser(read(path, charset), assertions);
    } catch (error) {
      return compareWithFeedparser({ items: [], categories: [] } as unknown as ParsedFeed, assertions).map(
        (comparison) => ({ ...comparison, actual: (error as { code?: string }).code }),
      );
    }
  }
});

import { FeedError } from '../../fetching/feed-error.js';
import { applyBase } from './addresses.js';
import { readAtomEntry, readAtomHead } from './atom-document.js';
import { findAll, findFirst, readAttribute } from './element.js';
import { FEED_LIMITS } from './feed-limits.js';
import type { SourceItem } from '../source-content.js';
import type { FeedHead, ParsedFeed } from './parsed-feed.js';
import { findRssItems, readRssHead, readRssItem } from './rss-document.js';
import { collectWarnings } from './warnings.js';
import { readXml, type XmlElement } from './xml-reader.js';

/**
 * Parses RSS 0.9 to 2.0, RDF (RSS 0.9 and 1.0) and Atom 0.3 and 1.0. Faults are warnings; incomplete items are left
 * out.
 * @param baseUrl base for relative addresses, which are dropped without it
 * @throws FeedError `feed.not_a_feed`, `feed.unsupported_format`, `feed.too_complex`
 */
export function parseFeed(text: string, baseUrl?: string): ParsedFeed {
  const { warnings, warn } = collectWarnings();
  const { root, faults } = readXml(text);
  if (root === undefined) throw new FeedError(...explainNoRoot(text));
  for (const fault of faults) warn(`xml_${fault}`);

  const base = applyBase(baseUrl, readAttribute(root, 'xml:base'));
  const found = root.name === 'feed' ? findAtom(root, base) : findRss(root, base);
  const head = found.readHead(warn);
  const whole = found.items.filter((item) => !item.isCut);
  if (whole.length > FEED_LIMITS.items) warn('items_capped', String(whole.length));
  return {
    ...head,
    items: whole.slice(0, FEED_LIMITS.items).map((item) => found.readItem(item, head)),
    isPartial: faults.has('cut') || whole.length > FEED_LIMITS.items,
    warnings,
  };
}

interface FoundFeed {
  items: XmlElement[];
  readHead(warn: (code: string, detail?: string) => void): FeedHead;
  readItem(item: XmlElement, head: FeedHead): SourceItem;
}

function findAtom(root: XmlElement, base: string | undefined): FoundFeed {
  rename(root, root.namespace, 'atom');
  return {
    items: findAll(root, 'atom', 'entry'),
    readHead: (warn) => readAtomHead(root, base, warn),
    readItem: (item, head) => readAtomEntry(item, base, head),
  };
}

/** Drafts of Atom and RSS have other namespaces, and some feeds invent one, so the root's namespace is mapped. */
function rename(element: XmlElement, from: string, to: string): void {
  if (from === to) return;
  if (element.namespace === from) element.namespace = to;
  for (const child of element.children) if (typeof child !== 'string') rename(child, from, to);
}

function findRss(root: XmlElement, feedBase: string | undefined): FoundFeed {
  if (root.name === 'rss') rename(root, root.namespace, '');
  const isRss = root.name === 'rss' || (root.name === 'rdf' && root.namespace === 'rdf');
  // Some hand-made feeds have no channel element.
  const channel = findFirst(root, '', 'channel') ?? (findFirst(root, '', 'item') && { ...root, children: [] });
  if (root.name === 'channel') throw new FeedError('feed.unsupported_format', 'The document is CDF, not RSS or Atom');
  if (!isRss || channel === undefined)
    throw new FeedError('feed.not_a_feed', `The document is <${root.name}>, which is no feed`);
  const base = applyBase(feedBase, readAttribute(channel, 'xml:base'));
  return {
    items: findRssItems(root, channel),
    readHead: (warn) => readRssHead(root, channel, base, warn),
    readItem: (item, head) => readRssItem(item, base, head),
  };
}

function explainNoRoot(text: string): ['feed.not_a_feed' | 'feed.unsupported_format', string] {
  const start = text.trimStart().slice(0, 1);
  if (start === '') return ['feed.not_a_feed', 'The document is empty'];
  return start === '{' || start === '['
    ? ['feed.unsupported_format', 'The document is JSON, not an XML feed']
    : ['feed.not_a_feed', 'The document is no XML'];
}

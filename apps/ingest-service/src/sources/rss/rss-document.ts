import { plainText, stripHtml, truncate } from '@mediamesh/text';
import { applyBase, resolveAddress, resolveLinks } from './addresses.js';
import { findAll, findFirst, firstText, readAttribute, readMarkup } from './element.js';
import { FEED_LIMITS } from './feed-limits.js';
import type { Complete, SourceItem } from '../source-content.js';
import type { ParsedFeed } from './parsed-feed.js';
import {
  chooseEnclosure,
  collectWarnings,
  findMedia,
  readCategories,
  readDate,
  readDuration,
  readExplicit,
  readImage,
  readKind,
  readNumber,
  readPeople,
  readPersonName,
  readSeason,
  readTitle,
  readYes,
  type Warn,
} from './podcast-fields.js';
import type { XmlElement } from './xml-reader.js';

/** What is the same for all kinds of feeds but the items, which may number ten thousand. */
export type FeedHead = Complete<Omit<ParsedFeed, 'items' | 'isPartial' | 'warnings'>>;

/** Where the items of RSS stand: in the channel, or beside it as RSS 0.9 and 1.0 have it. */
export function findRssItems(root: XmlElement, channel: XmlElement): XmlElement[] {
  return [...findAll(channel, '', 'item'), ...findAll(root, '', 'item')];
}

export function readRssHead(root: XmlElement, channel: XmlElement, base: string | undefined, warn: Warn): FeedHead {
  const isRdf = root.namespace === 'rdf';
  const first = (namespace: string, name: string) => findFirst(channel, namespace, name);
  const atomLink = (rel: string) =>
    findAll(channel, 'atom', 'link').find((link) => (readAttribute(link, 'rel') ?? 'alternate') === rel);
  const address = (element: XmlElement | undefined) => resolveAddress(firstText(element), base);
  const atomAddress = (rel: string) => resolveAddress(readAttribute(atomLink(rel), 'href'), base);
  const owner = first('itunes', 'owner');
  const image = readImage(channel, base) ?? address(findFirst(findFirst(root, '', 'image'), '', 'url'));
  const type = firstText(first('itunes', 'type'))?.toLowerCase();
  const description = readDescription(
    warn,
    base,
    first('', 'description'),
    first('dc', 'description'),
    first('itunes', 'summary'),
    first('itunes', 'subtitle'),
  );

  return {
    format: isRdf ? 'rdf' : 'rss',
    version: readAttribute(root, 'version') ?? (isRdf ? '1.0' : undefined),
    title: readTitle(warn, first('', 'title'), first('dc', 'title'), first('itunes', 'title')),
    subtitle: readSubtitle(channel, description),
    description,
    link: address(first('', 'link')) ?? atomAddress('alternate'),
    selfUrl: atomAddress('self'),
    nextPageUrl: atomAddress('next'),
    language:
      firstText(first('', 'language'), first('dc', 'language')) ??
      readAttribute(channel, 'xml:lang') ??
      readAttribute(root, 'xml:lang'),
    imageUrl: image,
    author: readPersonName(
      readTitle(
        warn,
        first('itunes', 'author'),
        first('dc', 'creator'),
        first('dc', 'author'),
        first('', 'managingeditor'),
        first('', 'author'),
      ),
    ),
    owner: owner && {
      name: readTitle(warn, findFirst(owner, 'itunes', 'name')),
      email: readTitle(warn, findFirst(owner, 'itunes', 'email')),
    },
    categories: readCategories(channel),
    explicit: readExplicit(channel),
    type: type === 'serial' || type === 'episodic' ? type : undefined,
    people: readPeople(channel, base),
    podcastGuid: firstText(first('podcast', 'guid')),
    newFeedUrl: address(first('itunes', 'new-feed-url')),
    complete: readYes(channel, 'complete'),
    block: readYes(channel, 'block'),
  };
}

export function readRssItem(item: XmlElement, feedBase: string | undefined, feed: FeedHead): Complete<SourceItem> {
  const { warnings, warn } = collectWarnings();
  const base = applyBase(feedBase, readAttribute(item, 'xml:base'));
  const first = (namespace: string, name: string) => findFirst(item, namespace, name);
  const people = readPeople(item, base);
  const enclosures = findAll(item, '', 'enclosure');
  const imageEnclosure = enclosures.find((element) => readAttribute(element, 'type')?.startsWith('image/'));
  const description = readDescription(
    warn,
    base,
    first('content', 'encoded'),
    first('', 'fullitem'),
    first('xhtml', 'body'),
    first('', 'body'),
    first('', 'description'),
    first('dc', 'description'),
    first('itunes', 'summary'),
    first('media', 'description'),
    first('itunes', 'subtitle'),
  );

  return {
    guid: readGuid(firstText(first('', 'guid')) ?? readAttribute(item, 'rdf:about'), warn),
    link: readLink(item, base, warn),
    title: readTitle(warn, first('', 'title'), first('dc', 'title'), first('itunes', 'title')),
    subtitle: readSubtitle(item, description),
    description,
    publishedAt: readDate(
      warn,
      first('', 'pubdate'),
      first('dc', 'date'),
      first('dcterms', 'issued'),
      first('dcterms', 'created'),
      first('atom', 'published'),
      first('atom', 'updated'),
      first('dcterms', 'modified'),
    ),
    enclosure: chooseEnclosure(
      enclosures.filter((element) => element !== imageEnclosure),
      findMedia(item),
      base,
      warn,
    ),
    durationSeconds: readDuration(item, warn),
    season: readSeason(item, warn),
    number: readNumber(item, warn),
    kind: readKind(item),
    explicit: readExplicit(item) ?? feed.explicit,
    imageUrl: readImage(item, base) ?? resolveAddress(readAttribute(imageEnclosure, 'url'), base),
    author: readPersonName(readTitle(warn, first('itunes', 'author'), first('dc', 'creator'), first('', 'author'))),
    people: people.length > 0 ? people : feed.people,
    categories: readCategories(item),
    block: readYes(item, 'block'),
    warnings,
  };
}

export function readGuid(text: string | undefined, warn: Warn): string | undefined {
  if (text === undefined || text.length <= FEED_LIMITS.guidLength) return text;
  warn('guid_ignored', 'It is too long');
  return undefined;
}

/** The first text that is not empty, as HTML. */
export function readDescription(
  warn: Warn,
  base: string | undefined,
  ...elements: (XmlElement | undefined)[]
): string | undefined {
  for (const element of elements) {
    const html = readMarkup(element);
    if (html !== '')
      return shortenDescription(resolveLinks(html, applyBase(base, readAttribute(element, 'xml:base'))), warn);
  }
  return undefined;
}

/** `itunes:subtitle` as plain text, unless the description says the same, as it does where it is made of it. */
export function readSubtitle(parent: XmlElement, description = ''): string | undefined {
  const subtitle = plainText(stripHtml(readMarkup(findFirst(parent, 'itunes', 'subtitle'))));
  if (subtitle === '' || subtitle === plainText(stripHtml(description))) return undefined;
  return truncate(subtitle, FEED_LIMITS.titleLength);
}

export function shortenDescription(html: string, warn: Warn): string {
  if (html.length <= FEED_LIMITS.descriptionLength) return html;
  warn('description_cut');
  return truncate(html, FEED_LIMITS.descriptionLength);
}

function readLink(item: XmlElement, base: string | undefined, warn: Warn): string | undefined {
  const guid = findFirst(item, '', 'guid');
  const isPermaLink = (readAttribute(guid, 'ispermalink') ?? 'true').toLowerCase() !== 'false';
  const text = firstText(findFirst(item, '', 'link'));
  const link = resolveAddress(text, applyBase(base, readAttribute(findFirst(item, '', 'link'), 'xml:base')));
  if (text !== undefined && link === undefined) warn('link_ignored', text);
  const atomLink = findAll(item, 'atom', 'link').find(
    (element) => (readAttribute(element, 'rel') ?? 'alternate') === 'alternate',
  );
  // A guid is an address only when it is a whole one: `isPermaLink` is true by default, and most guids are not.
  return (
    link ??
    resolveAddress(readAttribute(atomLink, 'href'), base) ??
    (isPermaLink ? resolveAddress(firstText(guid), undefined) : undefined)
  );
}

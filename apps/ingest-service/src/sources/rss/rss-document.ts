import { applyBase, resolveAddress } from './addresses.js';
import { findAll, findFirst, firstText, readAttribute, readMarkup } from './element.js';
import { chooseEnclosure, findMedia } from './enclosures.js';
import type { Complete, SourceItem } from '../source-content.js';
import type { FeedHead } from './parsed-feed.js';
import {
  readAddress,
  readAtomLink,
  readDate,
  readDescription,
  readGuid,
  readImage,
  readPersonName,
  readPodcastHead,
  readPodcastItem,
  readSubtitle,
  readTitle,
} from './podcast-fields.js';
import { collectWarnings, type Warn } from './warnings.js';
import type { XmlElement } from './xml-reader.js';

/** Items are in the channel, or beside it in RSS 0.9 and 1.0. */
export function findRssItems(root: XmlElement, channel: XmlElement): XmlElement[] {
  return [...findAll(channel, '', 'item'), ...findAll(root, '', 'item')];
}

export function readRssHead(root: XmlElement, channel: XmlElement, base: string | undefined, warn: Warn): FeedHead {
  const isRdf = root.namespace === 'rdf';
  const first = (namespace: string, name: string) => findFirst(channel, namespace, name);
  const description = readDescription(
    readMarkup,
    base,
    warn,
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
    link: readAddress(first('', 'link'), base) ?? readAtomLink(channel, 'alternate', base),
    selfUrl: readAtomLink(channel, 'self', base),
    nextPageUrl: readAtomLink(channel, 'next', base),
    language:
      firstText(first('', 'language'), first('dc', 'language')) ??
      readAttribute(channel, 'xml:lang') ??
      readAttribute(root, 'xml:lang'),
    imageUrl: readImage(channel, base) ?? readAddress(findFirst(findFirst(root, '', 'image'), '', 'url'), base),
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
    ...readPodcastHead(channel, base, warn),
  };
}

export function readRssItem(item: XmlElement, feedBase: string | undefined, feed: FeedHead): Complete<SourceItem> {
  const { warnings, warn } = collectWarnings();
  const base = applyBase(feedBase, readAttribute(item, 'xml:base'));
  const first = (namespace: string, name: string) => findFirst(item, namespace, name);
  const enclosures = findAll(item, '', 'enclosure');
  const imageEnclosure = enclosures.find((element) => readAttribute(element, 'type')?.startsWith('image/'));

  const description = readDescription(
    readMarkup,
    base,
    warn,
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
      [...enclosures.filter((element) => element !== imageEnclosure), ...findMedia(item)],
      base,
      warn,
    ),
    ...readPodcastItem(item, base, feed, warn),
    imageUrl: readImage(item, base) ?? resolveAddress(readAttribute(imageEnclosure, 'url'), base),
    author: readPersonName(readTitle(warn, first('itunes', 'author'), first('dc', 'creator'), first('', 'author'))),
    warnings,
  };
}

function readLink(item: XmlElement, base: string | undefined, warn: Warn): string | undefined {
  const guid = findFirst(item, '', 'guid');
  const isPermaLink = (readAttribute(guid, 'ispermalink') ?? 'true').toLowerCase() !== 'false';
  const element = findFirst(item, '', 'link');
  const link = readAddress(element, base);
  if (link === undefined && firstText(element) !== undefined) warn('link_ignored', firstText(element));
  // A guid counts only if it is an absolute address: `isPermaLink` defaults to true, and most guids are no addresses.
  return (
    link ??
    readAtomLink(item, 'alternate', base) ??
    (isPermaLink ? resolveAddress(firstText(guid), undefined) : undefined)
  );
}

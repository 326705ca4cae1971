import { escapeHtml, removeForbiddenCharacters, stripHtml } from '@mediamesh/text';
import { applyBase, resolveAddress, resolveLinks } from './addresses.js';
import { findAll, findFirst, firstText, readAttribute, readText, writeMarkup } from './element.js';
import type { Complete, SourceItem } from '../source-content.js';
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
  readSeason,
  readTitle,
  readYes,
  type Warn,
} from './podcast-fields.js';
import { readGuid, readSubtitle, shortenDescription, type FeedHead } from './rss-document.js';
import type { XmlElement } from './xml-reader.js';

export function readAtomHead(feed: XmlElement, base: string | undefined, warn: Warn): FeedHead {
  const first = (name: string) => findFirst(feed, 'atom', name);
  const owner = findFirst(feed, 'itunes', 'owner');
  const type = firstText(findFirst(feed, 'itunes', 'type'))?.toLowerCase();
  const description = readConstruct(
    warn,
    base,
    first('subtitle'),
    first('tagline'),
    first('info'),
    findFirst(feed, 'itunes', 'summary'),
  );
  return {
    format: 'atom',
    version: readAttribute(feed, 'version') ?? '1.0',
    title: readPlainTitle(first('title'), warn),
    subtitle: readSubtitle(feed, description),
    description,
    link: readLink(feed, 'alternate', base),
    selfUrl: readLink(feed, 'self', base),
    nextPageUrl: readLink(feed, 'next', base),
    language: readAttribute(feed, 'xml:lang') ?? firstText(findFirst(feed, 'dc', 'language')),
    imageUrl: readImage(feed, base) ?? readAddress(first('logo'), base) ?? readAddress(first('icon'), base),
    author: readTitle(warn, findFirst(feed, 'itunes', 'author')) ?? readAuthor(feed, warn),
    owner: owner && {
      name: readTitle(warn, findFirst(owner, 'itunes', 'name')),
      email: readTitle(warn, findFirst(owner, 'itunes', 'email')),
    },
    categories: readCategories(feed),
    explicit: readExplicit(feed),
    type: type === 'serial' || type === 'episodic' ? type : undefined,
    people: readPeople(feed, base),
    podcastGuid: firstText(findFirst(feed, 'podcast', 'guid')),
    newFeedUrl: readAddress(findFirst(feed, 'itunes', 'new-feed-url'), base),
    complete: readYes(feed, 'complete'),
    block: readYes(feed, 'block'),
  };
}

export function readAtomEntry(entry: XmlElement, feedBase: string | undefined, feed: FeedHead): Complete<SourceItem> {
  const { warnings, warn } = collectWarnings();
  const base = applyBase(feedBase, readAttribute(entry, 'xml:base'));
  const first = (name: string) => findFirst(entry, 'atom', name);
  const people = readPeople(entry, base);
  const enclosures = findAll(entry, 'atom', 'link').filter((link) => readAttribute(link, 'rel') === 'enclosure');
  const description =
    readConstruct(warn, base, first('content'), first('summary'), findFirst(entry, 'itunes', 'summary')) ??
    readConstruct(warn, base, findFirst(findFirst(entry, 'media', 'group') ?? entry, 'media', 'description'));
  return {
    guid: readGuid(firstText(first('id')), warn),
    link: readLink(entry, 'alternate', base) ?? readAddress(first('link'), base),
    title:
      readPlainTitle(first('title'), warn) ??
      readTitle(warn, findFirst(entry, 'dc', 'title'), findFirst(entry, 'media', 'title')),
    subtitle: readSubtitle(entry, description),
    description,
    publishedAt: readDate(
      warn,
      first('published'),
      first('issued'),
      first('created'),
      first('updated'),
      first('modified'),
      findFirst(entry, 'dc', 'date'),
    ),
    enclosure: chooseEnclosure(enclosures, findMedia(entry), base, warn),
    durationSeconds: readDuration(entry, warn),
    season: readSeason(entry, warn),
    number: readNumber(entry, warn),
    kind: readKind(entry),
    explicit: readExplicit(entry) ?? feed.explicit,
    imageUrl: readImage(entry, base),
    author: readAuthor(entry, warn),
    people: people.length > 0 ? people : feed.people,
    categories: readCategories(entry),
    block: readYes(entry, 'block'),
    warnings,
  };
}

function readAuthor(parent: XmlElement, warn: Warn): string | undefined {
  const author = findFirst(parent, 'atom', 'author');
  return readTitle(
    warn,
    findFirst(author, 'atom', 'name'),
    findFirst(author, 'atom', 'email'),
    findFirst(parent, 'dc', 'creator'),
  );
}

function readAddress(element: XmlElement | undefined, base: string | undefined): string | undefined {
  return resolveAddress(firstText(element), applyBase(base, readAttribute(element, 'xml:base')));
}

function readLink(parent: XmlElement, rel: string, base: string | undefined): string | undefined {
  const links = findAll(parent, 'atom', 'link').filter((link) => (readAttribute(link, 'rel') ?? 'alternate') === rel);
  return links
    .map((link) => resolveAddress(readAttribute(link, 'href'), applyBase(base, readAttribute(link, 'xml:base'))))
    .find((url) => url !== undefined);
}

/** An Atom title says what it holds. Markup is left out of it, for titles are plain text. */
function readPlainTitle(element: XmlElement | undefined, warn: Warn): string | undefined {
  if (element === undefined) return undefined;
  const isHtml = kindOf(element) === 'html';
  const text = isHtml ? stripHtml(decodeBase64(element)) : decodeBase64(element);
  return readTitle(warn, { ...element, children: [text] });
}

/** A text construct of Atom 1.0 (RFC 4287 §3.1) or a content construct of Atom 0.3, as HTML. */
function readConstruct(
  warn: Warn,
  base: string | undefined,
  ...elements: (XmlElement | undefined)[]
): string | undefined {
  for (const element of elements) {
    if (element === undefined) continue;
    const html = toHtml(element);
    if (html !== '')
      return shortenDescription(resolveLinks(html, applyBase(base, readAttribute(element, 'xml:base'))), warn);
  }
  return undefined;
}

function toHtml(element: XmlElement): string {
  switch (kindOf(element)) {
    case 'text':
      return escapeHtml(decodeBase64(element));
    case 'html':
      return decodeBase64(element);
    case 'xhtml': {
      // XHTML stands inside one `div`, which is not part of it.
      const inner = element.children.filter((child): child is XmlElement => typeof child !== 'string');
      const holder = inner.length === 1 && inner[0]!.name === 'div' ? inner[0]! : element;
      return writeMarkup(holder);
    }
  }
}

function kindOf(element: XmlElement): 'text' | 'html' | 'xhtml' {
  const type = (readAttribute(element, 'type') ?? '').toLowerCase();
  const mode = readAttribute(element, 'mode');
  if (
    mode === 'xml' ||
    type === 'xhtml' ||
    type === 'application/xhtml+xml' ||
    element.children.some((child) => typeof child !== 'string')
  )
    return 'xhtml';
  // Atom 0.3 escapes HTML by `mode`, whatever the type.
  if (mode === 'escaped' && type !== 'text/plain' && type !== 'text') return 'html';
  return type === 'html' || type === 'text/html' || isBase64(element) ? 'html' : 'text';
}

function isBase64(element: XmlElement): boolean {
  const type = readAttribute(element, 'type') ?? '';
  return readAttribute(element, 'mode') === 'base64' || (type.includes('/') && !/^text\/|\+xml$|\/xml$/i.test(type));
}

function decodeBase64(element: XmlElement): string {
  const text = readText(element);
  return isBase64(element) ? removeForbiddenCharacters(Buffer.from(text, 'base64').toString('utf8')).trim() : text;
}

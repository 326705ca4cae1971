import { escapeHtml, removeForbiddenCharacters, stripHtml } from '@mediamesh/text';
import type { Complete, SourceItem } from '../source-content.js';
import { applyBase } from './addresses.js';
import { findAll, findFirst, firstText, readAttribute, readText, writeMarkup } from './element.js';
import { chooseEnclosure, findMedia } from './enclosures.js';
import type { FeedHead } from './parsed-feed.js';
import {
  readAddress,
  readAtomLink,
  readDate,
  readDescription,
  readGuid,
  readImage,
  readPodcastHead,
  readPodcastItem,
  readSubtitle,
  readTitle,
} from './podcast-fields.js';
import { collectWarnings, type Warn } from './warnings.js';
import type { XmlElement } from './xml-reader.js';

export function readAtomHead(feed: XmlElement, base: string | undefined, warn: Warn): FeedHead {
  const first = (name: string) => findFirst(feed, 'atom', name);
  const description = readDescription(
    toHtml,
    base,
    warn,
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
    link: readAtomLink(feed, 'alternate', base),
    selfUrl: readAtomLink(feed, 'self', base),
    nextPageUrl: readAtomLink(feed, 'next', base),
    language: readAttribute(feed, 'xml:lang') ?? firstText(findFirst(feed, 'dc', 'language')),
    imageUrl: readImage(feed, base) ?? readAddress(first('logo'), base) ?? readAddress(first('icon'), base),
    author: readTitle(warn, findFirst(feed, 'itunes', 'author')) ?? readAuthor(feed, warn),
    ...readPodcastHead(feed, base, warn),
  };
}

export function readAtomEntry(entry: XmlElement, feedBase: string | undefined, feed: FeedHead): Complete<SourceItem> {
  const { warnings, warn } = collectWarnings();
  const base = applyBase(feedBase, readAttribute(entry, 'xml:base'));
  const first = (name: string) => findFirst(entry, 'atom', name);
  const enclosures = findAll(entry, 'atom', 'link').filter((link) => readAttribute(link, 'rel') === 'enclosure');
  const description =
    readDescription(toHtml, base, warn, first('content'), first('summary'), findFirst(entry, 'itunes', 'summary')) ??
    readDescription(toHtml, base, warn, findFirst(findFirst(entry, 'media', 'group') ?? entry, 'media', 'description'));
  return {
    guid: readGuid(firstText(first('id')), warn),
    link: readAtomLink(entry, 'alternate', base) ?? readAddress(first('link'), base),
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
    enclosure: chooseEnclosure([...enclosures, ...findMedia(entry)], base, warn),
    ...readPodcastItem(entry, base, feed, warn),
    imageUrl: readImage(entry, base),
    author: readAuthor(entry, warn),
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

/** An Atom title declares its type. Markup is removed, because titles are plain text. */
function readPlainTitle(element: XmlElement | undefined, warn: Warn): string | undefined {
  if (element === undefined) return undefined;
  const isHtml = kindOf(element) === 'html';
  const text = isHtml ? stripHtml(decodeBase64(element)) : decodeBase64(element);
  return readTitle(warn, { ...element, children: [text] });
}

/** A text construct (RFC 4287 §3.1) or a content construct of Atom 0.3, as HTML. */
function toHtml(element: XmlElement): string {
  switch (kindOf(element)) {
    case 'text':
      return escapeHtml(decodeBase64(element));
    case 'html':
      return decodeBase64(element);
    case 'xhtml': {
      // XHTML is wrapped in one `div` that is not part of the content.
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

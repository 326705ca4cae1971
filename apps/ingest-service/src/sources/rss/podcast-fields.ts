import { foldDigits, plainText, stripHtml, truncate } from '@mediamesh/text';
import type { ItemKind, SourceItem, SourcePerson } from '../source-content.js';
import { applyBase, resolveAddress, resolveLinks } from './addresses.js';
import { parseDuration } from './durations.js';
import { findAll, findFirst, firstText, readAttribute, readMarkup, readText } from './element.js';
import { FEED_LIMITS } from './feed-limits.js';
import { parseFeedDate } from './dates.js';
import { findMedia } from './enclosures.js';
import type { FeedHead } from './parsed-feed.js';
import type { Warn } from './warnings.js';
import type { XmlElement } from './xml-reader.js';

export function readPodcastHead(parent: XmlElement, base: string | undefined, warn: Warn) {
  const owner = findFirst(parent, 'itunes', 'owner');
  const type = firstText(findFirst(parent, 'itunes', 'type'))?.toLowerCase();
  return {
    owner: owner && {
      name: readTitle(warn, findFirst(owner, 'itunes', 'name')),
      email: readTitle(warn, findFirst(owner, 'itunes', 'email')),
    },
    categories: readCategories(parent),
    explicit: readExplicit(parent),
    type: type === 'serial' || type === 'episodic' ? type : undefined,
    people: readPeople(parent, base),
    podcastGuid: firstText(findFirst(parent, 'podcast', 'guid')),
    newFeedUrl: readAddress(findFirst(parent, 'itunes', 'new-feed-url'), base),
    complete: readYes(parent, 'complete'),
    block: readYes(parent, 'block'),
  } satisfies Partial<FeedHead>;
}

export function readPodcastItem(item: XmlElement, base: string | undefined, feed: FeedHead, warn: Warn) {
  const people = readPeople(item, base);
  return {
    durationSeconds: readDuration(item, warn),
    season: readSeason(item, warn),
    number: readNumber(item, warn),
    kind: readKind(item),
    explicit: readExplicit(item) ?? feed.explicit,
    people: people.length > 0 ? people : feed.people,
    categories: readCategories(item),
    block: readYes(item, 'block'),
  } satisfies Partial<SourceItem>;
}

/** The first element with content, as HTML with absolute links. */
export function readDescription(
  toHtml: (element: XmlElement) => string,
  base: string | undefined,
  warn: Warn,
  ...elements: (XmlElement | undefined)[]
): string | undefined {
  for (const element of elements) {
    const html = element === undefined ? '' : toHtml(element);
    if (html === '') continue;
    const whole = resolveLinks(html, applyBase(base, readAttribute(element, 'xml:base')));
    if (whole.length > FEED_LIMITS.descriptionLength) warn('description_cut');
    return truncate(whole, FEED_LIMITS.descriptionLength);
  }
  return undefined;
}

/** `itunes:subtitle` as plain text, unless it repeats the description. */
export function readSubtitle(parent: XmlElement, description = ''): string | undefined {
  const subtitle = plainText(stripHtml(readMarkup(findFirst(parent, 'itunes', 'subtitle'))));
  if (subtitle === '' || subtitle === plainText(stripHtml(description))) return undefined;
  return truncate(subtitle, FEED_LIMITS.titleLength);
}

export function readGuid(text: string | undefined, warn: Warn): string | undefined {
  if (text === undefined || text.length <= FEED_LIMITS.guidLength) return text;
  warn('guid_ignored', 'It is too long');
  return undefined;
}

export const readAddress = (element: XmlElement | undefined, base: string | undefined): string | undefined =>
  resolveAddress(firstText(element), applyBase(base, readAttribute(element, 'xml:base')));

/** The first valid `atom:link` of a relation; a link without `rel` is an `alternate`. */
export const readAtomLink = (parent: XmlElement, rel: string, base: string | undefined): string | undefined =>
  findAll(parent, 'atom', 'link')
    .filter((link) => (readAttribute(link, 'rel') ?? 'alternate') === rel)
    .map((link) => resolveAddress(readAttribute(link, 'href'), applyBase(base, readAttribute(link, 'xml:base'))))
    .find((url) => url !== undefined);

/** A title or a name as one line of plain text. */
export function readTitle(warn: Warn, ...elements: (XmlElement | undefined)[]): string | undefined {
  const text = firstText(...elements)?.replaceAll(/[\t\n\v\f\r]+ {0,100}/g, ' ');
  if (text === undefined || text.length <= FEED_LIMITS.titleLength) return text;
  warn('title_cut');
  return truncate(text, FEED_LIMITS.titleLength);
}

export function readDate(warn: Warn, ...elements: (XmlElement | undefined)[]): string | undefined {
  for (const text of elements.map(readText).filter((candidate) => candidate !== '')) {
    const date = parseFeedDate(text);
    if (date?.isZoneAssumed) warn('date_zone_assumed', text);
    if (date !== undefined) return date.iso;
    warn('date_ignored', text);
  }
  return undefined;
}

/** "clean" is the former value for not explicit. */
function readExplicit(parent: XmlElement): boolean | undefined {
  const word = firstText(findFirst(parent, 'itunes', 'explicit'))?.toLowerCase() ?? '';
  if (['yes', 'true', 'explicit'].includes(word)) return true;
  return ['no', 'false', 'clean'].includes(word) ? false : undefined;
}

/** `itunes:block` and `itunes:complete`: only "Yes" counts. */
function readYes(parent: XmlElement, name: string): boolean {
  return /^(?:Yes|yes)$/.test(firstText(findFirst(parent, 'itunes', name)) ?? '');
}

function readKind(parent: XmlElement): ItemKind {
  const kind = firstText(findFirst(parent, 'itunes', 'episodetype'))?.toLowerCase();
  return kind === 'trailer' || kind === 'bonus' ? kind : 'full';
}

function readSeason(parent: XmlElement, warn: Warn): number | undefined {
  const text = firstText(findFirst(parent, 'itunes', 'season'), findFirst(parent, 'podcast', 'season'));
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(foldDigits(text)) && Number(foldDigits(text)) > 0) return Number(foldDigits(text));
  warn('season_ignored', text);
  return undefined;
}

/** Stays text: `100.5` is an episode number, and `1.10` is not `1.1`. */
function readNumber(parent: XmlElement, warn: Warn): string | undefined {
  for (const namespace of ['itunes', 'podcast']) {
    const text = firstText(findFirst(parent, namespace, 'episode'));
    if (text === undefined) continue;
    const match = /^0{0,6}(\d{1,6}(?:\.\d{1,3})?)$/.exec(foldDigits(text));
    if (match !== null && Number(match[1]) > 0) return match[1];
    warn('number_ignored', text);
  }
  return undefined;
}

function readDuration(parent: XmlElement, warn: Warn): number | undefined {
  const texts = [firstText(findFirst(parent, 'itunes', 'duration')), readAttribute(findMedia(parent)[0], 'duration')];
  for (const text of texts.filter((candidate) => candidate !== undefined)) {
    const seconds = parseDuration(text);
    if (seconds !== undefined) return seconds;
    warn('duration_ignored', text);
  }
  return undefined;
}

export function readImage(parent: XmlElement, base: string | undefined): string | undefined {
  const group = findFirst(parent, 'media', 'group');
  const candidates = [
    ...['href', 'url'].map((name) => readAttribute(findFirst(parent, 'itunes', 'image'), name)),
    firstText(findFirst(parent, 'itunes', 'image')),
    ...findAll(parent, 'itunes', 'link')
      .filter((link) => readAttribute(link, 'rel') === 'image')
      .map((link) => readAttribute(link, 'href')),
    firstText(findFirst(findFirst(parent, '', 'image'), '', 'url')),
    readAttribute(findFirst(parent, 'podcast', 'image'), 'href'),
    ...[parent, group].map((holder) => readAttribute(findFirst(holder, 'media', 'thumbnail'), 'url')),
  ];
  return candidates.map((candidate) => resolveAddress(candidate, base)).find((url) => url !== undefined);
}

function readPeople(parent: XmlElement, base: string | undefined): SourcePerson[] {
  return findAll(parent, 'podcast', 'person')
    .slice(0, FEED_LIMITS.people)
    .flatMap((element) => {
      const name = truncate(readText(element), FEED_LIMITS.titleLength);
      const imageUrl = resolveAddress(readAttribute(element, 'img'), base);
      const url = resolveAddress(readAttribute(element, 'href'), base);
      const role = (readAttribute(element, 'role') ?? 'host').toLowerCase();
      const group = (readAttribute(element, 'group') ?? 'cast').toLowerCase();
      return name === '' ? [] : [{ name, role, group, ...(imageUrl && { imageUrl }), ...(url && { url }) }];
    });
}

/** Apple's categories first, subcategories after their parent, then all others; each once. */
function readCategories(parent: XmlElement): string[] {
  const nested = (element: XmlElement): (string | undefined)[] => [
    readAttribute(element, 'text'),
    ...findAll(element, 'itunes', 'category').flatMap(nested),
  ];
  const found = [
    ...findAll(parent, 'itunes', 'category').flatMap(nested),
    ...[
      ...findAll(parent, '', 'category'),
      ...findAll(parent, 'dc', 'subject'),
      ...findAll(parent, 'media', 'category'),
    ].map(readText),
    ...findAll(parent, 'atom', 'category').map(
      (element) => readAttribute(element, 'label') ?? readAttribute(element, 'term'),
    ),
  ];
  const names = found.filter(
    (name): name is string => name !== undefined && name !== '' && name.length <= FEED_LIMITS.categoryLength,
  );
  return [...new Set(names)].slice(0, FEED_LIMITS.categories);
}

/** The name in `me@example.com (Name)`, `Name (me@example.com)`, `Name <me@example.com>`, or the text itself. */
export function readPersonName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [before = '', inside = ''] = text.split(/[(<]/, 2).map((part) => part.replaceAll(/[)>]/g, '').trim());
  const isAddress = (part: string) => part.includes('@') && !part.includes(' ');
  return [before, inside].find((part) => part !== '' && !isAddress(part)) ?? text.trim();
}

import { foldDigits, truncate } from '@mediamesh/text';
import { resolveAddress } from './addresses.js';
import { parseDuration } from './durations.js';
import { findAll, findFirst, firstText, readAttribute, readText } from './element.js';
import { FEED_LIMITS } from './feed-limits.js';
import { parseFeedDate } from './dates.js';
import type { Enclosure, SourcePerson, SourceWarning, ItemKind } from '../source-content.js';
import type { XmlElement } from './xml-reader.js';

/** Collects the warnings of one feed or item. */
export type Warn = (code: string, detail?: string) => void;

export function collectWarnings(): { warnings: SourceWarning[]; warn: Warn } {
  const warnings: SourceWarning[] = [];
  return {
    warnings,
    warn: (code, detail) => warnings.push(detail === undefined ? { code } : { code, detail: truncate(detail, 200) }),
  };
}

/** A title or a name: one line of plain text. */
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

/** `itunes:explicit`: "clean" is the old word for not explicit. */
export function readExplicit(parent: XmlElement): boolean | undefined {
  switch (firstText(findFirst(parent, 'itunes', 'explicit'))?.toLowerCase()) {
    case 'yes':
    case 'true':
    case 'explicit':
      return true;
    case 'no':
    case 'false':
    case 'clean':
      return false;
    default:
      return undefined;
  }
}

/** `itunes:block` and `itunes:complete`: only "Yes" counts. */
export function readYes(parent: XmlElement, name: string): boolean {
  return /^(?:Yes|yes)$/.test(firstText(findFirst(parent, 'itunes', name)) ?? '');
}

export function readKind(parent: XmlElement): ItemKind {
  const kind = firstText(findFirst(parent, 'itunes', 'episodetype'))?.toLowerCase();
  return kind === 'trailer' || kind === 'bonus' ? kind : 'full';
}

export function readSeason(parent: XmlElement, warn: Warn): number | undefined {
  const text = firstText(findFirst(parent, 'itunes', 'season'), findFirst(parent, 'podcast', 'season'));
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(foldDigits(text)) && Number(foldDigits(text)) > 0) return Number(foldDigits(text));
  warn('season_ignored', text);
  return undefined;
}

/** A decimal number stays text: `100.5` is a number of an episode, and `1.10` is not `1.1`. */
export function readNumber(parent: XmlElement, warn: Warn): string | undefined {
  for (const namespace of ['itunes', 'podcast']) {
    const text = firstText(findFirst(parent, namespace, 'episode'));
    if (text === undefined) continue;
    const match = /^0{0,6}(\d{1,6}(?:\.\d{1,3})?)$/.exec(foldDigits(text));
    if (match !== null && Number(match[1]) > 0) return match[1];
    warn('number_ignored', text);
  }
  return undefined;
}

export function readDuration(parent: XmlElement, warn: Warn): number | undefined {
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

export function readPeople(parent: XmlElement, base: string | undefined): SourcePerson[] {
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

/** Apple's categories first, nested ones after the one that holds them, then all others; each once. */
export function readCategories(parent: XmlElement): string[] {
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

/**
 * The one file of an item that can be played: the first audio or video, an untyped file after that. The rest of the
 * item stands without it.
 */
export function chooseEnclosure(
  candidates: XmlElement[],
  media: XmlElement[],
  base: string | undefined,
  warn: Warn,
): Enclosure | undefined {
  const enclosures = [...candidates, ...media].slice(0, FEED_LIMITS.enclosures).flatMap((element): Enclosure[] => {
    const address = readAttribute(element, 'url') ?? readAttribute(element, 'href');
    const url = resolveAddress(address, base);
    if (url === undefined) {
      warn('enclosure_ignored', address ?? 'no address');
      return [];
    }
    const length = Number(
      /^\d{1,15}$/.exec(
        foldDigits(readAttribute(element, 'length') ?? readAttribute(element, 'filesize') ?? ''),
      )?.[0] ?? 0,
    );
    const type = readAttribute(element, 'type')?.toLowerCase();
    return [{ url, ...(length > 0 && { length }), ...(type && { type: truncate(type, 100) }) }];
  });
  if (enclosures.length > 1) warn('several_enclosures', String(enclosures.length));
  const chosen =
    enclosures.find(isPlayable) ??
    enclosures.find(({ type, url }) =>
      type === undefined
        ? !isPicture(url)
        : /^application\/(?:octet-stream|ogg|mp4|x-mpegurl|vnd\.apple\.mpegurl)$/.test(type),
    );
  if (chosen === undefined && enclosures.length > 0) warn('enclosure_not_playable', enclosures[0]!.type);
  return chosen;
}

/** `media:content`, also inside a `media:group`, where it says that it can be played: most of it is pictures. */
export function findMedia(parent: XmlElement): XmlElement[] {
  return [
    ...findAll(parent, 'media', 'content'),
    ...findAll(findFirst(parent, 'media', 'group'), 'media', 'content'),
  ].filter((element) =>
    /^(?:audio|video)(?:\/|$)/i.test(readAttribute(element, 'type') ?? readAttribute(element, 'medium') ?? ''),
  );
}

function isPlayable({ url, type }: Enclosure): boolean {
  return (
    /^(?:audio|video)\//.test(type ?? '') ||
    /\.(?:mp3|m4a|m4b|aac|ogg|oga|opus|flac|wav|mp4|m4v|mov|webm|mkv)$/i.test(new URL(url).pathname)
  );
}

function isPicture(url: string): boolean {
  return /\.(?:jpe?g|png|gif|webp|avif|svg)$/i.test(new URL(url).pathname);
}

/** The name in `me@example.com (Name)`, `Name (me@example.com)`, `Name <me@example.com>`, or the text itself. */
export function readPersonName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [before = '', inside = ''] = text.split(/[(<]/, 2).map((part) => part.replaceAll(/[)>]/g, '').trim());
  const isAddress = (part: string) => part.includes('@') && !part.includes(' ');
  return [before, inside].find((part) => part !== '' && !isAddress(part)) ?? text.trim();
}

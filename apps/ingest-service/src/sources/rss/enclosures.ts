import { foldDigits, truncate } from '@mediamesh/text';
import type { Enclosure } from '../source-content.js';
import { resolveAddress } from './addresses.js';
import { findAll, findFirst, readAttribute } from './element.js';
import { FEED_LIMITS } from './feed-limits.js';
import type { Warn } from './warnings.js';
import type { XmlElement } from './xml-reader.js';

const playableName = /\.(?:mp3|m4a|m4b|aac|ogg|oga|opus|flac|wav|mp4|m4v|mov|webm|mkv)$/i;
const pictureName = /\.(?:jpe?g|png|gif|webp|avif|svg)$/i;
/** Types of files that may be audio or video. */
const openType = /^application\/(?:octet-stream|ogg|mp4|x-mpegurl|vnd\.apple\.mpegurl)$/;

/** The one playable file of an item: the first audio or video, else the first file of unknown type. */
export function chooseEnclosure(candidates: XmlElement[], base: string | undefined, warn: Warn): Enclosure | undefined {
  const enclosures = candidates.slice(0, FEED_LIMITS.enclosures).flatMap((element): Enclosure[] => {
    const address = readAttribute(element, 'url') ?? readAttribute(element, 'href');
    const url = resolveAddress(address, base);
    if (url === undefined) {
      warn('enclosure_ignored', address ?? 'no address');
      return [];
    }
    const size = foldDigits(readAttribute(element, 'length') ?? readAttribute(element, 'filesize') ?? '');
    const length = /^\d{1,15}$/.test(size) ? Number(size) : 0;
    const type = readAttribute(element, 'type')?.toLowerCase();
    return [{ url, ...(length > 0 && { length }), ...(type && { type: truncate(type, 100) }) }];
  });
  if (enclosures.length > 1) warn('several_enclosures', String(enclosures.length));
  const chosen = enclosures.find(isPlayable) ?? enclosures.find(mayBePlayable);
  if (chosen === undefined && enclosures.length > 0) warn('enclosure_not_playable', enclosures[0]!.type);
  return chosen;
}

/** `media:content`, also inside `media:group`, that declares audio or video. Most others are images. */
export function findMedia(parent: XmlElement): XmlElement[] {
  return [
    ...findAll(parent, 'media', 'content'),
    ...findAll(findFirst(parent, 'media', 'group'), 'media', 'content'),
  ].filter((element) =>
    /^(?:audio|video)(?:\/|$)/i.test(readAttribute(element, 'type') ?? readAttribute(element, 'medium') ?? ''),
  );
}

const isPlayable = ({ url, type = '' }: Enclosure): boolean =>
  /^(?:audio|video)\//.test(type) || playableName.test(new URL(url).pathname);

const mayBePlayable = ({ url, type }: Enclosure): boolean =>
  type === undefined ? !pictureName.test(new URL(url).pathname) : openType.test(type);

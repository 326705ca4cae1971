import { fold } from './fold.js';
import { findCut, foldDigits } from './plain-text.js';

/** Words that addresses need for other things than slugs. */
const reserved: ReadonlySet<string> = new Set(
  (
    'new edit search suggest api graphql feeds feed rss media me auth login logout admin ops health ' +
    'metrics docs sitemap robots trending categories programs episodes by-slug null undefined'
  ).split(' '),
);

export interface SlugLimits {
  /** At most this many bytes of UTF-8; 120 by default. */
  maxBytes?: number;
  /**
   * At most this many characters when percent-encoded, where a letter beyond ASCII takes three per byte; 300 by
   * default.
   */
  maxEncoded?: number;
}

const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/;
const encoder = new TextEncoder();

/**
 * A title as the readable part of an address: letters and digits of any script in lower case, hyphens between words,
 * harakat and invisible characters gone, digits in ASCII. The spelling stays: أ, ة and accents are not folded. Empty
 * where the title holds no letter or digit; the caller then takes a short id. Applied to a slug it changes nothing.
 */
export function slugify(text: string, limits: SlugLimits = {}): string {
  const words = foldDigits(text.toWellFormed().normalize('NFC').toLowerCase().normalize('NFC'))
    .replace(/['’‘ʼ\u0640\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08ca-\u08ff\u20d0-\u20ff]/gu, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .replace(/(^|-)\p{M}+/gu, '$1')
    .replace(/-{2,}/g, '-')
    .replace(/^-|-$/g, '');
  return shorten(words, limits);
}

/** The key under which a slug must be unique: two that look alike to a reader share it. */
export function foldSlug(slug: string): string {
  return fold(slug);
}

/** Whether a slug may not be given out: a reserved word, or one that reads as an id. */
export function isReservedSlug(slug: string): boolean {
  const folded = foldSlug(slug);
  return reserved.has(folded) || uuid.test(folded);
}

/** Whether a text is a slug just as `slugify` would make it, and one that may be given out. */
export function isSlug(text: string, limits: SlugLimits = {}): boolean {
  return text !== '' && slugify(text, limits) === text && !isReservedSlug(text);
}

/** The slug with `-n` at its end, shortened so that it still keeps the limits. */
export function numberSlug(slug: string, n: number, limits: SlugLimits = {}): string {
  const suffix = `-${n}`;
  const { maxBytes, maxEncoded } = withDefaults(limits);
  return shorten(slug, { maxBytes: maxBytes - suffix.length, maxEncoded: maxEncoded - suffix.length }) + suffix;
}

/**
 * A slug from a path as it is stored: percent-decoded once, NFC, lower case. `undefined` where the encoding is broken.
 */
export function decodeSlug(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment).normalize('NFC').toLowerCase().normalize('NFC');
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Cuts after the last whole word that fits, unless that would lose more than half. */
function shorten(slug: string, limits: SlugLimits): string {
  const { maxBytes, maxEncoded } = withDefaults(limits);
  if (fits(slug, maxBytes, maxEncoded)) return slug;
  let low = 0;
  let high = slug.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(slug.slice(0, middle), maxBytes, maxEncoded)) low = middle;
    else high = middle - 1;
  }
  const end = findCut(slug, low);
  const word = slug[end] === '-' ? end : slug.lastIndexOf('-', end);
  return slug.slice(0, word > end / 2 ? word : end).replace(/-$/, '');
}

function fits(slug: string, maxBytes: number, maxEncoded: number): boolean {
  const bytes = encoder.encode(slug);
  let encoded = 0;
  for (const byte of bytes) encoded += byte < 0x80 ? 1 : 3;
  return bytes.length <= maxBytes && encoded <= maxEncoded;
}

function withDefaults(limits: SlugLimits): Required<SlugLimits> {
  return { maxBytes: limits.maxBytes ?? 120, maxEncoded: limits.maxEncoded ?? 300 };
}

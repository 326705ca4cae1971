import { fold } from './fold.js';
import { findCut, foldDigits } from './plain-text.js';

/** Words with another meaning in addresses. */
const reserved: ReadonlySet<string> = new Set(
  (
    'new edit search suggest api graphql feeds feed rss media me auth login logout admin ops health ' +
    'metrics docs sitemap robots trending categories programs episodes by-slug null undefined'
  ).split(' '),
);

export interface SlugLimits {
  /** In bytes of UTF-8; 120 by default. */
  maxBytes?: number;
  /** In characters when percent-encoded, three for each byte beyond ASCII; 300 by default. */
  maxEncoded?: number;
}

const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/;
const encoder = new TextEncoder();

/**
 * A title as a slug: lower-case letters and digits of any script, hyphens between words, ASCII digits, no harakat or
 * invisible characters. Does not fold: أ, ة and accents stay. Empty if the title has no letter or digit: the caller
 * then uses a short id. Idempotent.
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

/** The key by which slugs are unique: slugs that look alike share it. */
export function foldSlug(slug: string): string {
  return fold(slug);
}

/** Whether a slug may not be used: a reserved word, or one that looks like an id. */
export function isReservedSlug(slug: string): boolean {
  const folded = foldSlug(slug);
  return reserved.has(folded) || uuid.test(folded);
}

/** Whether a text is not empty, not reserved, and unchanged by `slugify`. */
export function isSlug(text: string, limits: SlugLimits = {}): boolean {
  return text !== '' && slugify(text, limits) === text && !isReservedSlug(text);
}

/** Appends `-n`, after shortening the slug to keep the limits. */
export function numberSlug(slug: string, n: number, limits: SlugLimits = {}): string {
  const suffix = `-${n}`;
  const { maxBytes, maxEncoded } = withDefaults(limits);
  return shorten(slug, { maxBytes: maxBytes - suffix.length, maxEncoded: maxEncoded - suffix.length }) + suffix;
}

/** A slug from a path: percent-decoded once, NFC, lower case. `undefined` if the encoding is malformed. */
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

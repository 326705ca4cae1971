import { z } from 'zod';
import { canonicalLanguage, hasForbiddenCharacters, isUuid, plainText } from '@mediamesh/text';
import type { ErrorCode } from '../errors/messages.js';

/** Gives a refinement an error code, which `libs/http` puts into the problem. */
export const withCode = (code: ErrorCode) => ({ params: { code } });

/** A UUID in lower case; our own are UUIDv7. */
export const Id = z
  .string()
  .max(100)
  .refine((value) => isUuid(value.toLowerCase()), withCode('id.malformed'))
  .toLowerCase()
  .meta({ description: 'UUIDv7', example: '0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e8f' });

/** ISO 8601 with a zone, converted to UTC with milliseconds. Years 1900 to 2199. */
export const Instant = z
  .string()
  .max(40)
  .refine((text) => parseInstant(text) !== undefined, withCode('date.malformed'))
  .transform((text) => parseInstant(text) ?? text)
  .meta({ description: 'ISO 8601 in UTC', example: '2026-11-22T12:00:00.000Z' });

const instantPattern = /^(?:19|20|21)\d\d-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

function parseInstant(text: string): string | undefined {
  if (!instantPattern.test(text)) return undefined;
  try {
    return new Date(Temporal.Instant.from(text).epochMilliseconds).toISOString();
  } catch {
    return undefined;
  }
}

const LanguageTag = z
  .string()
  .min(2)
  .max(35)
  .refine((tag) => canonicalLanguage(tag) !== undefined, withCode('language.unknown'))
  .meta({ description: 'BCP 47', example: 'ar' });
const canonical = (tag: string): string => canonicalLanguage(tag) ?? tag;

export const Language = LanguageTag.transform(canonical).meta({ description: 'BCP 47', example: 'ar' });
export type Language = string;

/** A record by language. Refuses two spellings of one language (`ar`, `AR`), since one value would be lost. */
export const byLanguage = <T extends z.ZodType>(value: T) =>
  z
    .record(LanguageTag, value)
    .refine(
      (entries) => new Set(Object.keys(entries).map(canonical)).size === Object.keys(entries).length,
      withCode('field.duplicate'),
    )
    .overwrite(
      (entries) =>
        Object.fromEntries(Object.entries(entries).map(([tag, one]) => [canonical(tag), one])) as typeof entries,
    );

const storable = (text: string): boolean => !hasForbiddenCharacters(text);

/** One line of plain text in NFC with single spaces. Limits are in characters. */
export const line = (maximum: number, minimum = 1) =>
  z
    .string()
    .max(maximum)
    .refine(storable, withCode('text.forbidden_character'))
    .transform(plainText)
    .refine((text) => text.length >= minimum, withCode('field.required'));

/** Any text in NFC, otherwise unchanged. Limits are in characters. */
export const text = (maximum: number, minimum = 0) =>
  z
    .string()
    .min(minimum)
    .max(maximum)
    .refine(storable, withCode('text.forbidden_character'))
    .transform((value) => value.normalize('NFC'));

/** A whole number in a query string or a path. */
export const queryInteger = (minimum: number, maximum: number) =>
  z
    .union([
      z.int(),
      z
        .string()
        .regex(/^-?\d{1,9}$/)
        .transform(Number),
    ])
    .pipe(z.int().min(minimum).max(maximum))
    .meta({ type: 'integer' });

export const maximumUrlLength = 2000;

/** An absolute http or https URL without credentials. */
export const WebUrl = z
  .string()
  .max(maximumUrlLength)
  .refine(isWebUrl, withCode('field.invalid'))
  .transform((url) => new URL(url).href)
  .meta({ format: 'uri', example: 'https://example.org/feed.xml' });

export function isWebUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    !hasForbiddenCharacters(text)
  );
}

import { canonicalLanguage, lookupLanguage, parseAcceptLanguage } from '@mediamesh/text';

export interface LanguageWish {
  /** The requested languages, most wanted first; empty when any language will do. */
  readonly ranges: readonly string[];
  /** Whether no answer is better than one in another language. */
  readonly strict: boolean;
}

/** Reads `?lang=`, else the language of the slug used, else `Accept-Language`, where `*` means any language. */
export function readWish(
  query: { lang?: string | undefined; fallback?: 'none' | undefined },
  acceptLanguage?: string,
  slugLanguage?: string,
): LanguageWish {
  const named = query.lang ?? slugLanguage;
  const ranges = named === undefined ? parseAcceptLanguage(acceptLanguage) : [named];
  const anything = ranges.length === 0 || ranges.includes('*');
  return { ranges: ranges.filter((range) => range !== '*'), strict: query.fallback === 'none' && !anything };
}

/**
 * The language to answer in (RFC 4647 lookup: `ar-EG` finds `ar`), else the item's own or, if that is not public, any.
 * `undefined` if the wish is strict and cannot be met.
 */
export function chooseLanguage(
  { ranges, strict }: LanguageWish,
  available: readonly string[],
  own: string,
): string | undefined {
  const fallback = available.includes(own) ? own : available[0];
  if (!strict) return fallback === undefined ? undefined : lookupLanguage(ranges, available, fallback);
  return lookupLanguage<string>(ranges, available, '') || undefined;
}

/** Every language that satisfies a strict wish; `undefined` when any language does. */
export function languagesWanted({ ranges, strict }: LanguageWish): string[] | undefined {
  if (!strict) return undefined;
  return [
    ...new Set(
      ranges
        .flatMap((range) => range.split('-').map((_, at, parts) => parts.slice(0, at + 1).join('-')))
        .flatMap((range) => canonicalLanguage(range) ?? []),
    ),
  ];
}

export function sharedLanguage(languages: readonly string[]): string | undefined {
  return languages.every((language) => language === languages[0]) ? languages[0] : undefined;
}

import { canonicalLanguage, lookupLanguage, parseAcceptLanguage } from '@mediamesh/text';

/** What a request says about the language of its answer. */
export interface LanguageWish {
  /** The languages asked for, most wanted first; none when anything will do. */
  readonly ranges: readonly string[];
  /** Rather nothing than another language. */
  readonly strict: boolean;
}

/**
 * Reads the wish of a request: `?lang=`, else the language of the slug used, else `Accept-Language`. A `*` there says
 * that anything will do.
 */
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
 * The language to answer in, of those there are (RFC 4647 lookup: `ar-EG` finds `ar`), else the item's own. `undefined`
 * when the wish is strict and none of its languages is there. An item's own language that is not public gives way to
 * one that is.
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

/** Every language that satisfies a strict wish; `undefined` when anything does. */
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

/** The one language of several answers, if they share one. */
export function sharedLanguage(languages: readonly string[]): string | undefined {
  return languages.every((language) => language === languages[0]) ? languages[0] : undefined;
}

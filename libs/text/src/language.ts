const maxTagLength = 64;
const maxHeaderLength = 1024;
const maxRanges = 32;
const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
const rightToLeft: ReadonlySet<string> = new Set('Arab Aran Hebr Syrc Thaa Nkoo Adlm Rohg Mand Samr Yezi'.split(' '));

/**
 * A language tag in the canonical form of BCP 47, without extensions: `AR_sa` is `ar-SA`, `iw` is `he`, `ara` is `ar`.
 * `undefined` for what is no tag or names no known language (`en,ar`, `english`, `und`); never a guess.
 */
export function canonicalLanguage(tag: string): string | undefined {
  const hyphened = tag.trim().replaceAll('_', '-');
  if (hyphened === '' || hyphened.length > maxTagLength) return undefined;
  const locale = parseLocale(hyphened);
  if (locale === undefined || locale.language === 'und' || names.of(locale.language) === undefined) return undefined;
  return locale.baseName;
}

/**
 * The first of the available languages that the ranges ask for, each range shortened from its end until it fits (RFC
 * 4647 section 3.4): `ar-EG` finds `ar`, `ar` does not find `ar-EG`. `*` asks for nothing in particular and is passed
 * over.
 */
export function lookupLanguage<T extends string>(ranges: readonly string[], available: readonly T[], fallback: T): T {
  const known = new Map(available.map((language) => [language.toLowerCase(), language]));
  for (const range of ranges) {
    let subtags = range.slice(0, maxTagLength).toLowerCase().replaceAll('_', '-').split('-');
    while (subtags.length > 0) {
      const found = known.get(subtags.join('-'));
      if (found !== undefined) return found;
      subtags = subtags.slice(0, -1);
      if (subtags.at(-1)?.length === 1) subtags = subtags.slice(0, -1);
    }
  }
  return fallback;
}

/**
 * The language ranges of an `Accept-Language` header, most wanted first (RFC 9110 section 12.5.4). What is malformed or
 * has quality 0 is left out. Reads the first kilobyte and 32 ranges; the rest is ignored.
 */
export function parseAcceptLanguage(header: string | undefined): string[] {
  if (header === undefined) return [];
  const parts =
    header.length <= maxHeaderLength ? header.split(',') : header.slice(0, maxHeaderLength).split(',').slice(0, -1);
  return parts
    .slice(0, maxRanges)
    .map((part) =>
      /^\s*(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8}){0,8})\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i.exec(part),
    )
    .filter((match) => match !== null)
    .map(([, range, quality]) => ({ range: range!, quality: Number(quality ?? 1) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ range }) => range);
}

/** The direction of a language's writing, for `dir`; `auto` where the language is not known. */
export function direction(language: string): 'ltr' | 'rtl' | 'auto' {
  const tag = canonicalLanguage(language);
  const script = tag === undefined ? undefined : parseLocale(tag)?.maximize().script;
  if (script === undefined) return 'auto';
  return rightToLeft.has(script) ? 'rtl' : 'ltr';
}

function parseLocale(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const maxTagLength = 64;
const maxHeaderLength = 1024;
const maxRanges = 32;
const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
const rightToLeft: ReadonlySet<string> = new Set('Arab Aran Hebr Syrc Thaa Nkoo Adlm Rohg Mand Samr Yezi'.split(' '));

/**
 * The canonical BCP 47 tag without extensions: `AR_sa` gives `ar-SA`, `iw` gives `he`, `ara` gives `ar`. `undefined`
 * for an invalid tag or unknown language (`en,ar`, `english`, `und`).
 */
export function canonicalLanguage(tag: string): string | undefined {
  const hyphened = tag.trim().replaceAll('_', '-');
  if (hyphened === '' || hyphened.length > maxTagLength) return undefined;
  const locale = parseLocale(hyphened);
  if (locale === undefined || locale.language === 'und' || names.of(locale.language) === undefined) return undefined;
  return locale.baseName;
}

/**
 * The first available language that matches a range, each range shortened from its end until it matches (RFC 4647,
 * 3.4): `ar-EG` finds `ar`, `ar` does not find `ar-EG`. `*` is skipped.
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
 * The language ranges of an `Accept-Language` header, most wanted first (RFC 9110, 12.5.4). Leaves out malformed ranges
 * and those of quality 0. Reads only the first kilobyte and 32 ranges.
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

/** The value of `dir` for a language; `auto` if it is unknown. */
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

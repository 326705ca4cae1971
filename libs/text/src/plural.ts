/** The forms of a counted phrase. Arabic has all six; `other` replaces a missing one. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** `latn` 0123, `arab` ٠١٢٣, `arabext` ۰۱۲۳. */
export type Numerals = 'latn' | 'arab' | 'arabext';

/** Picks the form for a count and replaces its `{count}`. */
export function pluralize(language: string, count: number, forms: PluralForms, numerals: Numerals = 'latn'): string {
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other;
  return form.replaceAll('{count}', () => formatNumber(language, count, numerals));
}

/** The numerals are explicit: engines disagree about what `ar` alone means. */
export function formatNumber(language: string, value: number, numerals: Numerals = 'latn'): string {
  return new Intl.NumberFormat(language, { numberingSystem: numerals }).format(value);
}

/** The forms of a counted phrase. Arabic has all six; `other` stands in for a form that is not given. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Digits by name: `latn` 0123, `arab` ٠١٢٣, `arabext` ۰۱۲۳. */
export type Numerals = 'latn' | 'arab' | 'arabext';

/** The form of a phrase for a count in a language, `{count}` replaced by the number in the given digits. */
export function pluralize(language: string, count: number, forms: PluralForms, numerals: Numerals = 'latn'): string {
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other;
  return form.replaceAll('{count}', () => formatNumber(language, count, numerals));
}

/** A number in a language with the digits named: engines disagree about what `ar` alone means. */
export function formatNumber(language: string, value: number, numerals: Numerals = 'latn'): string {
  return new Intl.NumberFormat(language, { numberingSystem: numerals }).format(value);
}

import type { PublicDocument, PublicEpisode, PublicProgram } from '@mediamesh/contracts';
import { fold, foldSlug, lookupLanguage, truncate } from '@mediamesh/text';
import type { CatalogFilter, ProgramNames } from './catalog-store.js';

/** In UTF-16 units. More would hardly improve the order, and the key must fit into a cursor. */
const longestTitleKey = 100;

/** `society.history` gives `society` and `society.history`; `ar-EG` gives `ar` and `ar-EG`. */
const ancestors = (name: string, separator: string): string[] =>
  name.split(separator).map((_, at, parts) => parts.slice(0, at + 1).join(separator));

/** A category and its ancestors, topmost first. */
export const categoryLine = (category: string): string[] => ancestors(category, '.');

const facet = (name: string, value: string): string => `${name}:${value.toLowerCase()}`;

/** The values that filters match. `language` includes the ancestors of a tag, `text` is the exact tag. */
export function facetsOf(document: PublicDocument): string[] {
  const categories = document.category === null ? [] : categoryLine(document.category);
  const languages = languagesOf(document).flatMap((language) => ancestors(language, '-'));
  return [
    ...new Set([
      facet('kind', document.kind),
      facet('type', document.type),
      ...categories.map((category) => facet('category', category)),
      ...languages.map((language) => facet('language', language)),
      ...languagesOf(document).map((language) => facet('text', language)),
    ]),
  ];
}

/** The facets of which an item must have all to pass a filter. */
export const facetsNeeded = ({ kind, type, category, language }: CatalogFilter): string[] =>
  Object.entries({ kind, type, category, language }).flatMap(([name, value]) =>
    value === undefined ? [] : [facet(name, value)],
  );

/** The facets of which an item must have at least one; `undefined` for no restriction. */
export const facetsAllowed = ({ languages }: CatalogFilter): string[] | undefined =>
  languages?.map((language) => facet('text', language));

export const languagesOf = (document: PublicDocument): string[] => Object.keys(document.localizations);

/** The document's default language if it is public, else any public one. */
export const defaultLanguageOf = ({
  defaultLanguage,
  localizations,
}: Pick<ProgramNames, 'defaultLanguage' | 'localizations'>): string =>
  Object.hasOwn(localizations, defaultLanguage) ? defaultLanguage : (Object.keys(localizations)[0] ?? defaultLanguage);

/** The title that sorts a program: in the given language, else in its default language. */
export function titleKey(document: PublicProgram, language: 'ar' | 'en'): string {
  const chosen = lookupLanguage([language], languagesOf(document), defaultLanguageOf(document));
  return truncate(document.localizations[chosen]?.title ?? '', longestTitleKey);
}

/** The folded start of a title or query, without a leading ال, so that القهوة and قهوة match. */
export function titleBeginning(title: string): string {
  const folded = fold(title.replace(/\p{C}+/gu, ' '))
    .replace(/\s+/g, ' ')
    .trim();
  const bare = /^ال(?=\p{L}{2})/u.test(folded) ? folded.slice(2) : folded;
  return truncate(bare, longestTitleKey);
}

export const titleBeginnings = (document: PublicDocument): string[] =>
  [...new Set(Object.values(document.localizations).map(({ title }) => titleBeginning(title)))].filter(
    (beginning) => beginning !== '',
  );

/** The folded current and former slugs of a program. */
export const slugKeys = (document: PublicProgram): string[] => [
  ...new Set([...Object.values(document.localizations), ...document.formerSlugs].map(({ slug }) => foldSlug(slug))),
];

export const namesOf = ({ id, defaultLanguage, localizations }: PublicProgram): ProgramNames => ({
  id,
  defaultLanguage,
  localizations: Object.fromEntries(
    Object.entries(localizations).map(([language, { title, slug }]) => [language, { title, slug }]),
  ),
});

/** An episode's sort key in a serial program; a missing season or number sorts last. `number` is exact decimal. */
export const serialKey = ({
  season,
  number,
}: Pick<PublicEpisode, 'season' | 'number'>): { season: number; number: string } => ({
  season: season ?? 2_147_483_647,
  number: number ?? 'Infinity',
});

import type { PublicDocument, PublicEpisode, PublicProgram } from '@mediamesh/contracts';
import { fold, foldSlug, lookupLanguage, truncate } from '@mediamesh/text';
import type { CatalogFilter, ProgramNames } from './catalog-store.js';

/** Longer beginnings of titles tell nothing more apart, and a place in a list must fit into a cursor. */
const longestTitleKey = 100;

/** `society.history` is in `society` too; `ar-EG` is `ar` too. */
const ancestors = (name: string, separator: string): string[] =>
  name.split(separator).map((_, at, parts) => parts.slice(0, at + 1).join(separator));

/** A category and those above it, from the top. */
export const categoryLine = (category: string): string[] => ancestors(category, '.');

const facet = (name: string, value: string): string => `${name}:${value.toLowerCase()}`;

/** Everything that lists may filter a document by: `language` with its variants, `text` exactly. */
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

/** The facets of which an item must have each to pass a filter. */
export const facetsNeeded = ({ kind, type, category, language }: CatalogFilter): string[] =>
  Object.entries({ kind, type, category, language }).flatMap(([name, value]) =>
    value === undefined ? [] : [facet(name, value)],
  );

/** The facets of which an item must have one; `undefined` when the filter does not say. */
export const facetsAllowed = ({ languages }: CatalogFilter): string[] | undefined =>
  languages?.map((language) => facet('text', language));

/** The languages a document is public in. */
export const languagesOf = (document: PublicDocument): string[] => Object.keys(document.localizations);

/** A document's own language, or, where that is not public, one that is. */
export const defaultLanguageOf = ({
  defaultLanguage,
  localizations,
}: Pick<ProgramNames, 'defaultLanguage' | 'localizations'>): string =>
  Object.hasOwn(localizations, defaultLanguage) ? defaultLanguage : (Object.keys(localizations)[0] ?? defaultLanguage);

/** What a program is sorted by among titles of a language: its title in it, else in its own. */
export function titleKey(document: PublicProgram, language: 'ar' | 'en'): string {
  const chosen = lookupLanguage([language], languagesOf(document), defaultLanguageOf(document));
  return truncate(document.localizations[chosen]?.title ?? '', longestTitleKey);
}

/** The folded beginning of a title, or of a question, by which the two meet: القهوة and قهوة have the same. */
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

/** The folded slugs a program has and once had. */
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

/**
 * Where an episode stands in a serial program; what has no season or number stands last. Numbers are exact decimal
 * text.
 */
export const serialKey = ({
  season,
  number,
}: Pick<PublicEpisode, 'season' | 'number'>): { season: number; number: string } => ({
  season: season ?? 2_147_483_647,
  number: number ?? 'Infinity',
});

import { conflict, type FieldError, invalid, type Language } from '@mediamesh/contracts';
import { foldSlug, isReservedSlug, isSlug, numberSlug, slugify } from '@mediamesh/text';
import type { Content, Item, WorkingSlug } from './item.js';

type Localizations = Content['localizations'];

/** A slug to grant in one language: chosen by an editor, or made from the title. */
export interface Wish {
  readonly language: Language;
  readonly slug: string;
  readonly chosen: boolean;
}

interface Before {
  readonly slugs: Item['slugs'];
  readonly localizations: Localizations;
}

/**
 * The slugs an item should have: the editor's choice, else made from the title, else from its id. While the title makes
 * the same slug, the item keeps its present one with its number.
 */
export function wishSlugs(id: string, localizations: Localizations, before?: Before): Wish[] {
  const errors: FieldError[] = [];
  const wishes = Object.entries(localizations).map(([language, { title, slug }]): Wish => {
    if (slug === undefined)
      return { language, slug: keptSlug(id, language, title, before) ?? makeSlug(id, title), chosen: false };
    const pointer = `/localizations/${language}/slug`;
    const tidy = slug.normalize('NFC').trim();
    if (!isSlug(tidy)) errors.push({ pointer, code: 'slug.malformed' });
    else if (isReservedSlug(tidy)) errors.push({ pointer, code: 'slug.reserved' });
    return { language, slug: tidy, chosen: true };
  });
  if (errors.length > 0) throw invalid(...errors);
  return wishes;
}

function keptSlug(
  id: string,
  language: Language,
  title: string | undefined,
  before: Before | undefined,
): string | undefined {
  const current = before?.slugs[language];
  const stays =
    current && !current.chosen && makeSlug(id, before?.localizations[language]?.title) === makeSlug(id, title);
  return stays ? current.slug : undefined;
}

function makeSlug(id: string, title: string | undefined): string {
  const made = slugify(title ?? '');
  const base = made === '' ? id.replaceAll('-', '').slice(-12) : made;
  return isReservedSlug(base) ? numberSlug(base, 2) : base;
}

/** The holders of folded slugs within one scope. Granted slugs are added, so that items of a batch do not collide. */
export class SlugHolders {
  constructor(private readonly holders: Map<string, string>) {}

  /** A taken slug is numbered until it is free; one that an editor chose is refused with a 409. */
  grant(itemId: string, wishes: readonly Wish[]): Item['slugs'] {
    const isFree = (slug: string): boolean => (this.holders.get(foldSlug(slug)) ?? itemId) === itemId;
    return Object.fromEntries(
      wishes.map(({ language, slug, chosen }): [Language, WorkingSlug] => {
        const free = isFree(slug) ? slug : chosen ? undefined : firstFree(slug, isFree);
        if (free === undefined)
          throw conflict('slug.taken', {
            errors: [{ pointer: `/localizations/${language}/slug`, code: 'slug.taken' }],
          });
        this.holders.set(foldSlug(free), itemId);
        return [language, { slug: free, chosen }];
      }),
    );
  }
}

/** The possible prefixes of numbered variants: a long slug is cut to make room for its number. */
export const numberedStems = (slug: string): string[] => [
  ...new Set([2, 10, 100, 1_000, 10_000].map((n) => foldSlug(numberSlug(slug, n).slice(0, -`-${n}`.length)))),
];

function firstFree(slug: string, isFree: (slug: string) => boolean): string {
  for (let n = 2; ; n++) {
    const numbered = numberSlug(slug, n);
    if (isFree(numbered)) return numbered;
  }
}

/** All folded slugs that an item holds, sorted: working, live and formerly public ones. */
export const heldSlugs = ({ slugs, live, formerSlugs }: Pick<Item, 'slugs' | 'live' | 'formerSlugs'>): string[] =>
  [
    ...new Set([...Object.values(slugs), ...Object.values(live), ...formerSlugs].map(({ slug }) => foldSlug(slug))),
  ].sort();

const allPrograms = '00000000-0000-0000-0000-000000000000';

/** The scope in which a slug is unique: all programs, or the episodes of one program. */
export const slugScope = ({ kind, programId }: Pick<Item, 'kind' | 'programId'>): string =>
  kind === 'program' ? allPrograms : programId;

import { conflict, type FieldError, invalid, type Language } from '@mediamesh/contracts';
import { foldSlug, isReservedSlug, isSlug, numberSlug, slugify } from '@mediamesh/text';
import type { Content, Item, WorkingSlug } from './item.js';

type Localizations = Content['localizations'];

/** A slug somebody asks for in a language: chosen by an editor, or made from the title. */
export interface Wish {
  readonly language: Language;
  readonly slug: string;
  readonly chosen: boolean;
}

/** What an item had so far. */
interface Before {
  readonly slugs: Item['slugs'];
  readonly localizations: Localizations;
}

/**
 * The slugs an item would have: what its editor set, else its title's, else a short form of its id. A slug made from a
 * title stays as it is while the title still gives the same, so that a number it was given does not change.
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

/**
 * Who holds which folded slug within one scope; it grows as slugs are granted, so that a batch does not collide with
 * itself.
 */
export class SlugHolders {
  constructor(private readonly holders: Map<string, string>) {}

  /** Grants an item its wishes: a made slug gets a number until it is free, a chosen one that is taken is refused. */
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

/**
 * What a slug may begin with, up to the hyphen, when it has a number: a long one is cut so that the number fits, the
 * more the longer the number is.
 */
export const numberedStems = (slug: string): string[] => [
  ...new Set([2, 10, 100, 1_000, 10_000].map((n) => foldSlug(numberSlug(slug, n).slice(0, -`-${n}`.length)))),
];

function firstFree(slug: string, isFree: (slug: string) => boolean): string {
  for (let n = 2; ; n++) {
    const numbered = numberSlug(slug, n);
    if (isFree(numbered)) return numbered;
  }
}

/** Every folded slug an item must hold, in order: working, live and once public. */
export const heldSlugs = ({ slugs, live, formerSlugs }: Pick<Item, 'slugs' | 'live' | 'formerSlugs'>): string[] =>
  [
    ...new Set([...Object.values(slugs), ...Object.values(live), ...formerSlugs].map(({ slug }) => foldSlug(slug))),
  ].sort();

const allPrograms = '00000000-0000-0000-0000-000000000000';

/** Among whom a slug must be free: programs compete with each other, episodes within their program. */
export const slugScope = ({ kind, programId }: Pick<Item, 'kind' | 'programId'>): string =>
  kind === 'program' ? allPrograms : programId;

import { createHash } from 'node:crypto';
import type { PublicDocument, PublicEpisode, PublicProgram } from '@mediamesh/contracts';
import { foldSlug } from '@mediamesh/text';
import {
  facetsAllowed,
  facetsNeeded,
  facetsOf,
  serialKey,
  slugKeys,
  titleBeginning,
  titleBeginnings,
  titleKey,
} from '../catalog-keys.js';
import type { CatalogFilter, ProgramSort } from '../catalog-store.js';
import { type CatalogIndex, type Entry, entryKey } from './catalog-table.js';
import { cutBytes, orderOfTitle } from './title-order.js';

/** Lists of more languages than this are read from the list of all, passing over what is in none of them. */
const mostMerged = 8;
const any = '*';
/** A partition key holds 2,048 bytes. */
const longestKey = 1_000;

/**
 * Lists that together hold what a filter wants, none where nothing can, and the facets that are still to be looked at:
 * all of `needed`, one of `allowed`.
 */
export interface Selection {
  readonly lists: readonly string[];
  readonly needed: readonly string[];
  readonly allowed?: readonly string[] | undefined;
}

/** Every place a document has in lists: by its facets, by its titles, by its slugs. */
export function entriesOf(document: PublicDocument, parts: number): Entry[] {
  const facets = facetsOf(document);
  const program = document.kind === 'program' ? document.id : document.programId;
  const place = (
    list: string,
    orders: Pick<Entry, 'newest' | 'arabic' | 'english' | 'place' | 'earlier'> = {},
    time = 0,
  ): Entry => ({
    ...entryKey(list, document.id, document.revision, time),
    id: document.id,
    program,
    revision: document.revision,
    parts,
    facets: new Set(facets),
    ...orders,
  });
  const titles = titleBeginnings(document).sort(compareBytes);
  return [
    ...(document.kind === 'program' ? programLists(facets) : episodeLists(document.programId, facets)).map((list) =>
      place(list, ordersOf(document)),
    ),
    ...titles.map((title, index) =>
      place(
        titleList(title),
        { place: `${title}\t${document.id}`, ...(index > 0 && { earlier: titles.slice(0, index) }) },
        index,
      ),
    ),
    ...(document.kind === 'program' ? slugKeys(document).map((slug) => place(slugList(slug))) : []),
  ];
}

/**
 * The lists of programs for every filter there can be: with or without a type, a category or one above it, a language.
 */
function programLists(facets: readonly string[]): string[] {
  const [types, categories, languages] = [['type:'], ['category:'], ['language:', 'text:']].map((names) => [
    any,
    ...facets.filter((facet) => names.some((name) => facet.startsWith(name))),
  ]);
  return (types ?? []).flatMap((type) =>
    (categories ?? []).flatMap((category) =>
      (languages ?? []).map((language) => programList(type, category, language)),
    ),
  );
}

const episodeLists = (programId: string, facets: readonly string[]): string[] =>
  [any, ...facets.filter((facet) => facet.startsWith('language:') || facet.startsWith('text:'))].map((language) =>
    episodeList(programId, language),
  );

const programList = (type: string, category: string, language: string): string =>
  fitKey(`programs|${type}|${category}|${language}`);
const episodeList = (programId: string, language: string): string => fitKey(`episodes|${programId}|${language}`);
/** Titles with the same first letter. */
const titleList = (folded: string): string => `titles|${Array.from(folded)[0] ?? ''}`;
export const slugList = (slug: string): string => fitKey(`slug|${foldSlug(slug)}`);

/** Longer than a key may be is only what nobody has. */
const fitKey = (key: string): string =>
  Buffer.byteLength(key) <= longestKey
    ? key
    : `${cutBytes(key, 100)}|${createHash('sha256').update(key).digest('base64url')}`;

function ordersOf(document: PublicDocument): Pick<Entry, 'newest' | 'arabic' | 'english' | 'place'> {
  const newest = newestPlace(document);
  if (document.kind === 'episode') return { newest, place: serialPlace(document) };
  return { newest, arabic: titlePlace(document, 'ar'), english: titlePlace(document, 'en') };
}

const newestPlace = ({ releasedAt, id }: PublicDocument): string => `${new Date(releasedAt).toISOString()}\t${id}`;
const titlePlace = (document: PublicProgram, reader: 'ar' | 'en'): string =>
  `${orderOfTitle(titleKey(document, reader), reader)}\t${document.id}`;

/** Season and number with as many digits for all; what has none comes last, since `~` follows every digit. */
function serialPlace(episode: PublicEpisode): string {
  const { season, number } = serialKey(episode);
  const [whole = '', fraction = ''] = number.split('.');
  const order = episode.number === null ? '~' : `${whole.padStart(20, '0')}.${fraction.replace(/0+$/, '')}`;
  return `${String(season).padStart(10, '0')}\t${order}\t${newestPlace(episode)}`;
}

/** The index of an order of programs, and the way it is read. */
export const orderOfPrograms = (sort: ProgramSort): { index: CatalogIndex; descending: boolean } =>
  sort === 'newest'
    ? { index: 'newest', descending: true }
    : { index: sort.titlesOf === 'ar' ? 'arabic-title' : 'english-title', descending: false };

export function selectPrograms(filter: CatalogFilter): Selection {
  const { needed, languages, ...rest } = chooseLanguages(filter);
  const [type, category] = ['type:', 'category:'].map((name) => needed.find((facet) => facet.startsWith(name)) ?? any);
  return {
    lists: languages.map((language) => programList(type ?? any, category ?? any, language)),
    needed: needed.filter((facet) => facet !== type && facet !== category),
    ...rest,
  };
}

export function selectEpisodes(programId: string, filter: CatalogFilter): Selection {
  const { languages, ...rest } = chooseLanguages(filter);
  return { lists: languages.map((language) => episodeList(programId, language)), ...rest };
}

/** Titles are not fanned out by facets: a beginning leaves few of them. */
export const selectTitles = (beginning: string, filter: CatalogFilter): Selection & { beginning: string } => {
  const [folded, allowed] = [titleBeginning(beginning), facetsAllowed(filter)];
  return {
    beginning: folded,
    lists: folded === '' || allowed?.length === 0 ? [] : [titleList(folded)],
    needed: facetsNeeded(filter),
    allowed,
  };
};

/** Of a wish for several languages each has a list of its own; one language, or any, has one list. */
function chooseLanguages(filter: CatalogFilter): {
  languages: readonly string[];
  needed: readonly string[];
  allowed?: readonly string[] | undefined;
} {
  const [needed, allowed] = [facetsNeeded(filter), facetsAllowed(filter)];
  if (allowed && allowed.length <= mostMerged) return { languages: [...new Set(allowed)], needed };
  const language = needed.find((facet) => facet.startsWith('language:')) ?? any;
  return { languages: [language], needed: needed.filter((facet) => facet !== language), allowed };
}

/** The order DynamoDB sorts texts in. */
export const compareBytes = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));

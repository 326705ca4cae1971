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

/** A filter with more languages reads one list and filters it, instead of merging a list for each language. */
const mostMerged = 8;
const any = '*';
/** In bytes. DynamoDB limits a partition key to 2,048. */
const longestKey = 1_000;

/** The lists that contain all matches of a filter, and the facets still to check: all of `needed`, one of `allowed`. */
export interface Selection {
  readonly lists: readonly string[];
  readonly needed: readonly string[];
  readonly allowed?: readonly string[] | undefined;
}

/** All list entries of a document: by facets, by titles and by slugs. */
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

/** One list for each combination of type or any, category or ancestor or any, and language or any. */
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
/** One list for all titles with the same first letter. */
const titleList = (folded: string): string => `titles|${Array.from(folded)[0] ?? ''}`;
export const slugList = (slug: string): string => fitKey(`slug|${foldSlug(slug)}`);

/** Replaces the end of an oversized key by a hash. */
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

/** Pads season and number so that they sort as text; a missing number sorts last, since `~` follows every digit. */
function serialPlace(episode: PublicEpisode): string {
  const { season, number } = serialKey(episode);
  const [whole = '', fraction = ''] = number.split('.');
  const order = episode.number === null ? '~' : `${whole.padStart(20, '0')}.${fraction.replace(/0+$/, '')}`;
  return `${String(season).padStart(10, '0')}\t${order}\t${newestPlace(episode)}`;
}

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

/** Titles have no lists for each facet: few titles share a beginning. */
export const selectTitles = (beginning: string, filter: CatalogFilter): Selection & { beginning: string } => {
  const [folded, allowed] = [titleBeginning(beginning), facetsAllowed(filter)];
  return {
    beginning: folded,
    lists: folded === '' || allowed?.length === 0 ? [] : [titleList(folded)],
    needed: facetsNeeded(filter),
    allowed,
  };
};

/** A filter for several languages reads a list for each; one for a single language, or for any, reads one list. */
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

/** Compares as DynamoDB sorts text. */
export const compareBytes = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));

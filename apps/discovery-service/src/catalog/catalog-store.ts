import {
  invalid,
  type ProgramType,
  type PublicDocument,
  type PublicEpisode,
  type PublicProgram,
  type Refusal,
  type Tombstone,
} from '@mediamesh/contracts';
import type { EntityManager } from '@mediamesh/postgres';

/** A position in a list, opaque except to the store that made it. */
export type ListPosition = readonly (string | number | null)[];

/** Refuses a position whose list has another order now, or that another store made. */
export const placeExpired = (): Refusal => invalid({ pointer: '/query/cursor', code: 'cursor.expired' });

/** A page of a list; `next` is the position to continue from, `undefined` at the end. */
export interface ListPart<T> {
  readonly items: T[];
  readonly next: ListPosition | undefined;
}

export interface ListRange {
  readonly after?: ListPosition | undefined;
  readonly limit: number;
}

export interface ProgramNames {
  readonly id: string;
  readonly defaultLanguage: string;
  readonly localizations: Readonly<Record<string, { readonly title: string; readonly slug: string }>>;
}

/** `episodeCount` counts public episodes. */
export interface CatalogProgram {
  readonly kind: 'program';
  readonly document: PublicProgram;
  readonly episodeCount: number;
}

export interface CatalogEpisode {
  readonly kind: 'episode';
  readonly document: PublicEpisode;
  readonly program: ProgramNames;
}

export type CatalogItem = CatalogProgram | CatalogEpisode;

/** A category includes its subcategories (`society.history`), a language its variants (`ar-EG` for `ar`). */
export interface CatalogFilter {
  readonly kind?: 'program' | 'episode' | undefined;
  readonly type?: ProgramType | undefined;
  readonly category?: string | undefined;
  readonly language?: string | undefined;
  /** Keeps only items that have one of exactly these languages. */
  readonly languages?: readonly string[] | undefined;
}

/** `titlesOf` sorts by title, by the rules of Arabic or English. */
export type ProgramSort = 'newest' | { readonly titlesOf: 'ar' | 'en' };

/**
 * The public catalogue, one document per program and episode. Every adapter guarantees:
 *
 * - A document or tombstone is stored whole and only replaces a lower revision, so late or repeated events change
 *   nothing. Tombstones are kept for ever: an old document never brings withdrawn content back.
 * - An episode is found, listed and counted only while its program is public, whichever of the two arrived first.
 * - What is unknown or not public is `undefined` or left out, never an error.
 * - Paging is exact while rows come and go, and never repeats an id. A position of a list whose order has changed is
 *   refused with `cursor.expired` (422).
 * - A list, a batch and a lookup cost a fixed number of statements, whatever the number of items.
 */
export abstract class CatalogStore {
  /** Stores a document or tombstone unless the stored revision is as high. In `tx`, if the store can join it. */
  abstract put(document: PublicDocument | Tombstone, tx: EntityManager): Promise<void>;

  /** Items in the order of the ids; `undefined` for each that is not public. */
  abstract read(ids: readonly string[]): Promise<(CatalogItem | undefined)[]>;

  /** Finds a program by a current or former slug, compared after folding. */
  abstract findProgramBySlug(slug: string): Promise<CatalogProgram | undefined>;

  abstract listPrograms(filter: CatalogFilter, sort: ProgramSort, range: ListRange): Promise<ListPart<CatalogProgram>>;

  /**
   * The public episodes of a program in its order: newest first, or serial (by season, number and date; a missing
   * season or number sorts last). `undefined` when the program is not public.
   */
  abstract listEpisodes(
    programId: string,
    filter: CatalogFilter,
    range: ListRange,
  ): Promise<ListPart<CatalogEpisode> | undefined>;

  /**
   * Items with a title in any language that starts with `beginning`, compared after folding and without ال. Sorted by
   * the folded title. An empty text finds nothing.
   */
  abstract findByTitle(beginning: string, filter: CatalogFilter, range: ListRange): Promise<ListPart<CatalogItem>>;

  /** Counts the items of `findByTitle`, at most `most`. */
  abstract countByTitle(beginning: string, filter: CatalogFilter, most: number): Promise<number>;

  /** The number of public programs directly in each category; empty categories are left out. */
  abstract countProgramsByCategory(): Promise<ReadonlyMap<string, number>>;
}

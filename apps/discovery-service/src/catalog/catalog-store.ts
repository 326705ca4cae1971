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

/** A place in a list, to be handed back as it came. Only the store that made it understands it. */
export type ListPosition = readonly (string | number | null)[];

/** The refusal of a place in a list that is in another order by now, or was made by another store. */
export const placeExpired = (): Refusal => invalid({ pointer: '/query/cursor', code: 'cursor.expired' });

/** Part of a list: `next` is the place of the following part, `undefined` at the end. */
export interface ListPart<T> {
  readonly items: T[];
  readonly next: ListPosition | undefined;
}

export interface ListRange {
  readonly after?: ListPosition | undefined;
  readonly limit: number;
}

/** What an episode shows of its program. */
export interface ProgramNames {
  readonly id: string;
  readonly defaultLanguage: string;
  readonly localizations: Readonly<Record<string, { readonly title: string; readonly slug: string }>>;
}

/** A public program and how many of its episodes are public. */
export interface CatalogProgram {
  readonly kind: 'program';
  readonly document: PublicProgram;
  readonly episodeCount: number;
}

/** A public episode of a public program. */
export interface CatalogEpisode {
  readonly kind: 'episode';
  readonly document: PublicEpisode;
  readonly program: ProgramNames;
}

export type CatalogItem = CatalogProgram | CatalogEpisode;

/**
 * A category stands for its subcategories too (`society` for `society.history`), a language for its variants (`ar` for
 * `ar-EG`).
 */
export interface CatalogFilter {
  readonly kind?: 'program' | 'episode' | undefined;
  readonly type?: ProgramType | undefined;
  readonly category?: string | undefined;
  readonly language?: string | undefined;
  /** Only what there is in one of exactly these languages. */
  readonly languages?: readonly string[] | undefined;
}

/** Newest first, or by title as Arabic or English readers sort it. */
export type ProgramSort = 'newest' | { readonly titlesOf: 'ar' | 'en' };

/**
 * What is public, one document per program and episode. Every adapter keeps this promise:
 *
 * - A document or tombstone is stored whole, and only over a lower revision: what comes late or twice changes nothing.
 *   Tombstones are kept for ever, so that nothing withdrawn comes back with an older document.
 * - An episode is found, listed and counted only while its program is public too, whichever of the two came first.
 * - What is not public, or not known, is `undefined` or left out; it is never an error.
 * - Lists go on from a place exactly, while rows come and go; no id comes twice. A place of a list that has another
 *   order by now is refused with `cursor.expired` (422).
 * - A list, a batch and a look-up cost a fixed number of statements, however many items they answer.
 */
export abstract class CatalogStore {
  /**
   * Stores a document or a tombstone unless a revision as high is there. In the transaction, where the store is part of
   * it.
   */
  abstract put(document: PublicDocument | Tombstone, tx: EntityManager): Promise<void>;

  /** Items in the order of the ids; `undefined` for each that is not public. */
  abstract read(ids: readonly string[]): Promise<(CatalogItem | undefined)[]>;

  /** The program that has, or once had, a slug; spellings that fold to the same are the same slug. */
  abstract findProgramBySlug(slug: string): Promise<CatalogProgram | undefined>;

  abstract listPrograms(filter: CatalogFilter, sort: ProgramSort, range: ListRange): Promise<ListPart<CatalogProgram>>;

  /**
   * The episodes of a program in its order: newest first, or serial (by season, number and date, those without a season
   * or a number last). `undefined` when the program is not public.
   */
  abstract listEpisodes(
    programId: string,
    filter: CatalogFilter,
    range: ListRange,
  ): Promise<ListPart<CatalogEpisode> | undefined>;

  /**
   * What has a title, in any language, that begins with this text after folding, with or without ال; sorted by the
   * folded title. Nothing begins with an empty text.
   */
  abstract findByTitle(beginning: string, filter: CatalogFilter, range: ListRange): Promise<ListPart<CatalogItem>>;

  /** How many `findByTitle` finds altogether; counts no further than `most`. */
  abstract countByTitle(beginning: string, filter: CatalogFilter, most: number): Promise<number>;

  /** How many public programs there are directly in each category; categories without any are left out. */
  abstract countProgramsByCategory(): Promise<ReadonlyMap<string, number>>;
}

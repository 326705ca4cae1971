import type { IndexHit, ProgramType, PublicDocument, Tombstone } from '@mediamesh/contracts';

/** Narrows a search; a document must satisfy every one that is given. `language` also finds its regional forms. */
export interface SearchFilters {
  readonly kind?: 'program' | 'episode' | undefined;
  readonly type?: ProgramType | undefined;
  readonly category?: string | undefined;
  readonly language?: string | undefined;
}

/** Where a page ended: made by an index, read by the same index, without meaning for anybody else. */
export type Place = readonly (string | number)[];

export interface SearchQuery {
  /** What a person typed. It has no syntax: every character is text. */
  readonly text: string;
  readonly filters: SearchFilters;
  /** Hits per page, at least one. */
  readonly limit: number;
  /** Continues the list of an earlier page with the same text and filters. */
  readonly after?: Place | undefined;
}

export interface SearchPage {
  readonly hits: readonly IndexHit[];
  /** `gte` where there are more than can be paged through. */
  readonly total: { readonly value: number; readonly relation: 'eq' | 'gte' };
  /** Names the state of the index as a whole; another one means that it was built anew. */
  readonly generation: string;
  /** Missing on the last page. */
  readonly next?: Place | undefined;
}

/** The list that a place belongs to can be given no more; whoever pages begins again. */
export class PlaceExpired extends Error {
  override readonly name = 'PlaceExpired';
}

/**
 * Finds documents by words of their titles and descriptions. Every adapter keeps this promise:
 *
 * - When `upsert` or `remove` has resolved, the change outlives the death of the process, and is found at once unless the
 *   adapter declares a delay.
 * - A document or tombstone whose revision is not higher than the one held is ignored. Tombstones are kept for ever, so that
 *   a late older document cannot return.
 * - A document is found in each of its languages and is one hit, with its best language. Spellings that everyday readers take
 *   for the same word match, in Arabic and in English; a word in the spelling asked for ranks above one that is only folded
 *   alike, and that above one of the same stem; a title above a description.
 * - The first 1,000 hits can be paged through. Pages of one list never show a document twice, whatever is written meanwhile;
 *   where that cannot be kept, the place is refused with {@link PlaceExpired}.
 * - Highlights are the original text, escaped, with `<mark>` as the only markup.
 * - A text without any word finds nothing.
 */
export abstract class SearchIndex {
  abstract upsert(documents: readonly PublicDocument[]): Promise<void>;

  abstract remove(tombstones: readonly Tombstone[]): Promise<void>;

  abstract search(query: SearchQuery): Promise<SearchPage>;

  /** How many documents can be found. */
  abstract count(): Promise<number>;

  /** Finishes what is under way and lets go of everything. */
  abstract close(): Promise<void>;

  /** Nest calls it when the last request has been answered. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

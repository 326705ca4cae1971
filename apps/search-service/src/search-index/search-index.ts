import type { Facets, IndexHit, ProgramType, PublicDocument, Tombstone } from '@mediamesh/contracts';

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
  /** Whether to count what is found by kind, type, category and language. */
  readonly facets?: boolean | undefined;
}

/**
 * A title that holds the words typed, the last of which may be the beginning of one: with or without ال, and folded, so
 * that قهو completes القهوة. The `highlight` is the title escaped, with `<mark>` around the words that matched.
 */
export interface Suggestion {
  readonly id: string;
  readonly kind: 'program' | 'episode';
  readonly language: string;
  readonly title: string;
  readonly highlight: string;
}

export interface Suggestions {
  /** Best first. */
  readonly titles: readonly Suggestion[];
  /** Names the index that answered, as that of a page does. */
  readonly generation: string;
}

export interface SearchPage {
  readonly hits: readonly IndexHit[];
  /** `gte` where there are more than can be paged through. */
  readonly total: { readonly value: number; readonly relation: 'eq' | 'gte' };
  /** Names the state of the index as a whole; another one means that it was built anew. */
  readonly generation: string;
  /** Missing on the last page. */
  readonly next?: Place | undefined;
  /**
   * When they were asked for: most frequent first, then in the order of the values, at most 50 values each. A facet
   * counts what all other filters let through, so a count is the total of the same search with that value for a filter.
   * A category also counts for those above it, and a language (`ar-EG`) for the one it is a form of (`ar`). A document
   * in two languages counts once for each of them, and once altogether.
   */
  readonly facets?: Facets | undefined;
  /** The nearest text that finds something, in words that exist, where this one found nothing. */
  readonly didYouMean?: string | undefined;
}

/** An index being filled beside the live one. */
export interface IndexRebuild {
  /** Names the new index, and the generation it will have. */
  readonly generation: string;
  /**
   * Takes documents and tombstones in any order; one whose revision is not higher than what the new index holds is
   * ignored. Rejects with {@link RebuildGivenUp} when the rebuild is no longer the one under way.
   */
  add(items: readonly (PublicDocument | Tombstone)[]): Promise<void>;
  /**
   * Puts the new index in the place of the old at one stroke. The old one is kept, and given up at the next rebuild.
   * Rejects with {@link RebuildGivenUp} when another rebuild began meanwhile; then nothing has changed.
   */
  finish(): Promise<void>;
  /**
   * Gives the new index up; nothing happens where it is given up or finished already, also when the answer to `finish`
   * was lost.
   */
  abandon(): Promise<void>;
}

/** A rebuild cannot go on: another one began, it was abandoned, or what it had filled is lost. */
export class RebuildGivenUp extends Error {
  override readonly name = 'RebuildGivenUp';
}

/** The list that a place belongs to can be given no more; whoever pages begins again. */
export class PlaceExpired extends Error {
  override readonly name = 'PlaceExpired';
}

/**
 * Finds documents by words of their titles and descriptions. Every adapter keeps this promise:
 *
 * - When `upsert` or `remove` has resolved, the change outlives the death of the process, and is found at once unless
 *   the adapter declares a delay.
 * - A document or tombstone whose revision is not higher than the one held is ignored. Tombstones are kept for ever, so
 *   that a late older document cannot return.
 * - A document is found in each of its languages and is one hit, with its best language. Spellings that everyday
 *   readers take for the same word match, in Arabic and in English; a word in the spelling asked for ranks above one
 *   that is only folded alike, and that above one of the same stem; a title above a description.
 * - The first 1,000 hits can be paged through. Pages of one list never show a document twice, whatever is written
 *   meanwhile; where that cannot be kept, the place is refused with {@link PlaceExpired}.
 * - Highlights are the original text, escaped, with `<mark>` as the only markup.
 * - A text without any word finds nothing.
 * - Suggestions and corrections come from what can be found now: never from what was withdrawn, or never public.
 * - While an index is rebuilt the old one answers; `upsert` and `remove` whose call begins after `rebuild` has
 *   resolved, in whatever process, reach both. After `finish` not one search finds an empty or half-filled index. One
 *   rebuild at a time: another `rebuild` gives up the one before.
 */
export abstract class SearchIndex {
  abstract upsert(documents: readonly PublicDocument[]): Promise<void>;

  abstract remove(tombstones: readonly Tombstone[]): Promise<void>;

  abstract search(query: SearchQuery): Promise<SearchPage>;

  /**
   * Titles to complete what is being typed, each document once: first those that begin with it, with or without ال,
   * then those with it further inside.
   */
  abstract suggest(
    text: string,
    options: { readonly language?: string | undefined; readonly limit: number },
  ): Promise<Suggestions>;

  /** Begins a new index beside the live one. */
  abstract rebuild(): Promise<IndexRebuild>;

  /**
   * Names the live index: the generation of the pages and suggestions it answers. Whoever fills the index remembers the
   * name and indexes everything again when it is another one, so it must be another one whenever what was in the index
   * may be missing: made new, lost, replaced. `undefined` where there is none that this version can read (it is
   * missing, or of an older shape); until a rebuild has finished, what needs a live index is then refused as
   * `unavailable`, while `rebuild` works and, once it has resolved, `upsert` and `remove` reach the new one.
   */
  abstract generation(): Promise<string | undefined>;

  /** How many documents can be found. */
  abstract count(): Promise<number>;

  /** Finishes what is under way and lets go of everything. */
  abstract close(): Promise<void>;

  /** Nest calls it when the last request has been answered. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

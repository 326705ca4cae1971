import type { Facets, IndexHit, ProgramType, PublicDocument, Tombstone } from '@mediamesh/contracts';

/** A document must satisfy all of them. `language` also finds its regional forms. */
export interface SearchFilters {
  readonly kind?: 'program' | 'episode' | undefined;
  readonly type?: ProgramType | undefined;
  readonly category?: string | undefined;
  readonly language?: string | undefined;
}

/** Where a page ended. Opaque to everything but the index that made it. */
export type Place = readonly (string | number)[];

export interface SearchQuery {
  /** Typed text. It has no syntax: every character is text. */
  readonly text: string;
  readonly filters: SearchFilters;
  /** Hits per page, at least one. */
  readonly limit: number;
  /** Continues the list of an earlier page with the same text and filters. */
  readonly after?: Place | undefined;
  readonly facets?: boolean | undefined;
}

/**
 * A title that contains the words typed, of which the last may be incomplete. Words match folded and with or without
 * ال, so that قهو completes القهوة. `highlight` is the escaped title with `<mark>` around the matching words.
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
  /** The generation of the index that answered. */
  readonly generation: string;
}

export interface SearchPage {
  readonly hits: readonly IndexHit[];
  /** `gte` when there are more than can be paged through. */
  readonly total: { readonly value: number; readonly relation: 'eq' | 'gte' };
  /** The generation of the index that answered; another one means that it was rebuilt. */
  readonly generation: string;
  /** Missing on the last page. */
  readonly next?: Place | undefined;
  /**
   * At most 50 values each, by count, then by value. A facet ignores its own filter, so a count is the total of the
   * same search with that value as the filter. A category also counts for its ancestors, and a regional language
   * (`ar-EG`) for its base (`ar`). A document in two languages counts once for each, and once in the total.
   */
  readonly facets?: Facets | undefined;
  /** When nothing was found: the nearest text of indexed words that finds something. */
  readonly didYouMean?: string | undefined;
}

export interface IndexRebuild {
  /** The generation that the new index will have. */
  readonly generation: string;
  /**
   * Takes documents and tombstones in any order. One whose revision is not higher than the one held is ignored. Rejects
   * with {@link RebuildGivenUp} when this rebuild is no longer the active one.
   */
  add(items: readonly (PublicDocument | Tombstone)[]): Promise<void>;
  /**
   * Swaps the new index in atomically. The old one is kept until the next rebuild begins. Rejects with {@link
   * RebuildGivenUp}, and changes nothing, when another rebuild began meanwhile.
   */
  finish(): Promise<void>;
  /** Does nothing when it is given up or finished already, also when the answer of `finish` was lost. */
  abandon(): Promise<void>;
}

/** A rebuild cannot go on: another one began, it was abandoned, or the index it filled is lost. */
export class RebuildGivenUp extends Error {
  override readonly name = 'RebuildGivenUp';
}

/** The list of a place no longer exists; the client starts again at the first page. */
export class PlaceExpired extends Error {
  override readonly name = 'PlaceExpired';
}

/**
 * Full-text search in titles and descriptions. Every adapter guarantees:
 *
 * - A change is durable when `upsert` or `remove` resolves: it survives a crash of the process. It is found at once
 *   unless the adapter declares a delay.
 * - A document or tombstone whose revision is not higher than the one held is ignored. Tombstones are kept for ever, so
 *   that a late older document cannot return.
 * - A document is found in each of its languages and is one hit, with its best language. Common spelling variants of a
 *   word match, in Arabic and in English. The exact spelling ranks above a word that only folds to the same form, and
 *   that above one of the same stem; a title ranks above a description.
 * - The first 1,000 hits can be paged through. The pages of a list never repeat a document, whatever is written
 *   meanwhile. A place that cannot keep this is refused with {@link PlaceExpired}.
 * - Highlights are the original text, escaped, with `<mark>` as the only markup.
 * - A text without any word finds nothing.
 * - Suggestions and corrections come only from what can be found now, never from withdrawn or unpublished documents.
 * - During a rebuild the old index answers. An `upsert` or `remove` called after `rebuild` has resolved, in any
 *   process, reaches both indexes. After `finish` no search meets an empty or half-filled index. A `rebuild` gives up
 *   the one before it.
 */
export abstract class SearchIndex {
  abstract upsert(documents: readonly PublicDocument[]): Promise<void>;

  abstract remove(tombstones: readonly Tombstone[]): Promise<void>;

  abstract search(query: SearchQuery): Promise<SearchPage>;

  /** Each document once: titles that start with the text, with or without ال, before those that contain it. */
  abstract suggest(
    text: string,
    options: { readonly language?: string | undefined; readonly limit: number },
  ): Promise<Suggestions>;

  abstract rebuild(): Promise<IndexRebuild>;

  /**
   * The name of the live index. The caller compares it with the last known one and indexes everything again when it
   * differs. So it must differ whenever content may be missing: the index was created, lost or replaced. `undefined`
   * when there is no index that this version can read: it is missing, damaged or of another layout. Until a rebuild has
   * finished, everything that needs a live index is then refused as `unavailable`; `rebuild` works, and once it has
   * resolved, `upsert` and `remove` reach the new index.
   */
  abstract generation(): Promise<string | undefined>;

  /** Number of documents that can be found. */
  abstract count(): Promise<number>;

  abstract close(): Promise<void>;

  /** Nest calls it after the last request was answered. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

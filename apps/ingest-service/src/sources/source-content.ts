import type { LocalizedField } from '@mediamesh/contracts';

/** A tolerated fault of a source or an item. Codes are stable; details are for people. */
export interface SourceWarning {
  code: string;
  detail?: string;
}

export interface SourcePerson {
  name: string;
  /** Lower case; `host` by default. */
  role: string;
  /** Lower case; `cast` by default. */
  group: string;
  imageUrl?: string;
  url?: string;
}

export interface Enclosure {
  url: string;
  /** Bytes; absent when the source states none or an invalid size. */
  length?: number;
  type?: string;
}

export type ItemKind = 'full' | 'trailer' | 'bonus';

/**
 * Texts in the language of the program: all localised fields except the slug. The description is unsanitised HTML with
 * absolute links. The others are plain text with references decoded once.
 */
export type SourceTexts = { [N in Exclude<LocalizedField, 'slug'>]?: string };

/** Makes a reader set every field, even to `undefined`. */
export type Complete<T> = { [N in keyof Required<T>]: T[N] };

/** The fields are hashed by name, so renaming one marks every item as changed. */
export interface SourceItem extends SourceTexts {
  /** Exactly as written. */
  guid?: string;
  link?: string;
  /** ISO 8601 in UTC. */
  publishedAt?: string;
  enclosure?: Enclosure;
  durationSeconds?: number;
  season?: number;
  /** A decimal number above zero as text: `12`, `100.5`. */
  number?: string;
  kind: ItemKind;
  /** Falls back to the program's. */
  explicit?: boolean;
  imageUrl?: string;
  author?: string;
  /** Falls back to the program's. */
  people: SourcePerson[];
  categories: string[];
  /** The publisher asks not to show it. */
  block: boolean;
  warnings: SourceWarning[];
}

export interface SourceProgram extends SourceTexts {
  link?: string;
  /** As written, not validated. */
  language?: string;
  imageUrl?: string;
  author?: string;
  categories: string[];
  explicit?: boolean;
  type?: 'episodic' | 'serial';
  people: SourcePerson[];
  /** The publisher asks not to list it. */
  block: boolean;
}

export interface ItemIdentity {
  /** Not necessarily unique: feeds repeat guids. */
  name: string;
  /** The address of the enclosure without scheme and query. */
  enclosure?: string | undefined;
  link?: string | undefined;
}

export interface NamedItem extends ItemIdentity {
  item: SourceItem;
  /** Distinguishes items of the same name. Items with equal name and marks are duplicates. */
  marks: string;
}

export interface SourceContent {
  readonly program: SourceProgram;
  readonly items: readonly NamedItem[];
  /** Whether items may be missing: the document was cut, or a limit was reached. */
  readonly isPartial: boolean;
  readonly warnings: readonly SourceWarning[];
}

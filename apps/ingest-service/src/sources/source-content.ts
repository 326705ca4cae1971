import type { LocalizedField } from '@mediamesh/contracts';

/**
 * What was wrong with a source or an item although it could be read. Codes are stable; details are for people.
 */
export interface SourceWarning {
  code: string;
  detail?: string;
}

export interface SourcePerson {
  name: string;
  /** In lower case, `host` where the source says nothing. */
  role: string;
  /** In lower case, `cast` where the source says nothing. */
  group: string;
  imageUrl?: string;
  url?: string;
}

/** The file of an item that can be played. */
export interface Enclosure {
  url: string;
  /** Bytes; absent when the source says nothing believable. */
  length?: number;
  type?: string;
}

export type ItemKind = 'full' | 'trailer' | 'bonus';

/**
 * What a source says in words, in the language of its program: every localised field but the slug, which is ours. The
 * description is HTML as the source has it, not sanitised, the addresses of its links absolute. All others are plain
 * text, their references decoded once.
 */
export type SourceTexts = { [N in Exclude<LocalizedField, 'slug'>]?: string };

/** What a reader makes of its source says something of every field, if only `undefined`. */
export type Complete<T> = { [N in keyof Required<T>]: T[N] };

/** What a source says of one episode. Its fields are hashed as they are, so a renamed one changes every item. */
export interface SourceItem extends SourceTexts {
  /** The source's own identifier, exactly as written. */
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
  /** The item's own word, else the program's. */
  explicit?: boolean;
  imageUrl?: string;
  author?: string;
  /** The item's own list, else the program's. */
  people: SourcePerson[];
  categories: string[];
  /** The publisher asks not to show it. */
  block: boolean;
  warnings: SourceWarning[];
}

/** What a source says of its program. */
export interface SourceProgram extends SourceTexts {
  link?: string;
  /** As written, to be checked by who uses it. */
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

/** What an item is recognised by in later runs, by the rules of its kind of source. */
export interface ItemIdentity {
  /** What the item calls itself. Several items that call themselves the same share it. */
  name: string;
  /** The address of its file without scheme and query. */
  enclosure?: string | undefined;
  link?: string | undefined;
}

export interface NamedItem extends ItemIdentity {
  item: SourceItem;
  /** Tells it from other items of the same name; items equal in both are one. */
  marks: string;
}

/** Everything a source says. */
export interface SourceContent {
  readonly program: SourceProgram;
  /** In the order of the source. */
  readonly items: readonly NamedItem[];
  /** Whether items may be missing: the document was cut, or a limit was reached. */
  readonly isPartial: boolean;
  readonly warnings: readonly SourceWarning[];
}

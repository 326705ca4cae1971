/**
 * Something that was wrong with a feed or an item, and was read all the same. Codes are stable, details are for people.
 */
export interface FeedWarning {
  code: string;
  detail?: string;
}

export interface FeedPerson {
  name: string;
  /** In lower case, `host` where the feed says nothing. */
  role: string;
  /** In lower case, `cast` where the feed says nothing. */
  group: string;
  imageUrl?: string;
  url?: string;
}

export interface FeedEnclosure {
  url: string;
  /** Bytes; absent when the feed says nothing believable. */
  length?: number;
  type?: string;
}

export type ItemKind = 'full' | 'trailer' | 'bonus';

export interface ParsedItem {
  /** `guid`, Atom `id` or `rdf:about`, exactly as written. */
  guid?: string;
  link?: string;
  /** Plain text, its references decoded once. */
  title?: string;
  /** HTML as the feed has it, not sanitised; addresses of links are absolute. */
  description?: string;
  /** ISO 8601 in UTC. */
  publishedAt?: string;
  enclosure?: FeedEnclosure;
  durationSeconds?: number;
  season?: number;
  /** A decimal number above zero as text: `12`, `100.5`. */
  number?: string;
  kind: ItemKind;
  /** The item's own word, else the feed's. */
  explicit?: boolean;
  imageUrl?: string;
  author?: string;
  /** The item's own list, else the feed's. */
  people: FeedPerson[];
  categories: string[];
  /** The publisher asks not to show it. */
  block: boolean;
  warnings: FeedWarning[];
}

export interface ParsedFeed {
  format: 'rss' | 'rdf' | 'atom';
  /** As the document states it: `2.0`, `0.91`, `1.0`. */
  version?: string;
  title?: string;
  /** HTML as the feed has it, not sanitised. */
  description?: string;
  link?: string;
  /** Where the feed says it lives. */
  selfUrl?: string;
  /** The next page of a paged feed (RFC 5005). */
  nextPageUrl?: string;
  /** As written, to be checked by who uses it. */
  language?: string;
  imageUrl?: string;
  author?: string;
  owner?: { name?: string; email?: string };
  categories: string[];
  explicit?: boolean;
  type?: 'episodic' | 'serial';
  people: FeedPerson[];
  podcastGuid?: string;
  newFeedUrl?: string;
  complete: boolean;
  block: boolean;
  items: ParsedItem[];
  /** Whether items may be missing at the end: the document was cut, or a limit was reached. */
  isPartial: boolean;
  warnings: FeedWarning[];
}

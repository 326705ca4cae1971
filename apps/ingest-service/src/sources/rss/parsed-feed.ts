import type { Complete, SourceItem, SourceProgram, SourceWarning } from '../source-content.js';

export interface ParsedFeed extends SourceProgram {
  format: 'rss' | 'rdf' | 'atom';
  /** As the document states it: `2.0`, `0.91`, `1.0`. */
  version?: string;
  selfUrl?: string;
  /** The next page of a paged feed (RFC 5005). */
  nextPageUrl?: string;
  owner?: { name?: string; email?: string };
  podcastGuid?: string;
  newFeedUrl?: string;
  complete: boolean;
  items: SourceItem[];
  /** Whether items may be missing at the end: the document was cut, or a limit was reached. */
  isPartial: boolean;
  warnings: SourceWarning[];
}

export type FeedHead = Complete<Omit<ParsedFeed, 'items' | 'isPartial' | 'warnings'>>;

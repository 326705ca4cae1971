import type { Source } from '@mediamesh/contracts';
import type { SourceContent } from './source-content.js';

/** What a reader keeps of an answer, to ask next time whether anything has changed. */
export interface Remembered {
  readonly url: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  readonly bodyHash: Buffer;
}

/** A body that came with a run. */
export interface SentBody {
  readonly body: Buffer;
  readonly contentType: string | undefined;
}

export interface ReadingRequest {
  /** The source's address; null where content is only ever sent. */
  readonly url: string | null;
  /** Read instead of what is at the address. */
  readonly sent: SentBody | undefined;
  /** What was remembered after the last run that left nothing to do. When no longer fresh, everything is asked for. */
  readonly earlier: (Remembered & { readonly isFresh: boolean }) | undefined;
}

export interface Reading {
  /** Undefined when the source says what it said when `earlier` was remembered. */
  readonly content: SourceContent | undefined;
  /** What to hand back next time; undefined when there is nothing new to remember. */
  readonly remembered: Remembered | undefined;
  /** The address the source says it has moved to for good. */
  readonly movedTo: string | undefined;
}

/** Reads all sources of one kind. Requests, pages, quota, formats, tries and the names of items are its own. */
export abstract class SourceReader {
  /** @throws FeedError when the source cannot be reached or read; the reason of `stop` when that came first. */
  abstract read(request: ReadingRequest, stop: AbortSignal): Promise<Reading>;
}

/** The reader for each kind of source: a kind without one does not compile. */
export class SourceReaders {
  constructor(private readonly byKind: Readonly<Record<Source['kind'], SourceReader>>) {}

  of(kind: Source['kind']): SourceReader {
    return this.byKind[kind];
  }
}

import type { Source } from '@mediamesh/contracts';
import type { SourceContent } from './source-content.js';

/** Cache validators and body hash, for a conditional request in the next run. */
export interface Remembered {
  readonly url: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  readonly bodyHash: Buffer;
}

export interface SentBody {
  readonly body: Buffer;
  readonly contentType: string | undefined;
}

export interface ReadingRequest {
  /** Null for a source that only takes uploads. */
  readonly url: string | null;
  readonly sent: SentBody | undefined;
  /** Of the last run that left nothing to do. When it is not fresh, the whole source is fetched. */
  readonly earlier: (Remembered & { readonly isFresh: boolean }) | undefined;
}

export interface Reading {
  /** Undefined when the source has not changed since `earlier`. */
  readonly content: SourceContent | undefined;
  /** For the next run; undefined when there is nothing new to remember. */
  readonly remembered: Remembered | undefined;
  /** The address the source has moved to permanently. */
  readonly movedTo: string | undefined;
}

/** Reads sources of one kind. Requests, paging, quotas, formats, retries and item names are up to it. */
export abstract class SourceReader {
  /** @throws FeedError when the source cannot be fetched or read; the reason of `stop` if that came first */
  abstract read(request: ReadingRequest, stop: AbortSignal): Promise<Reading>;
}

/** A kind without a reader does not compile. */
export class SourceReaders {
  constructor(private readonly byKind: Readonly<Record<Source['kind'], SourceReader>>) {}

  of(kind: Source['kind']): SourceReader {
    return this.byKind[kind];
  }
}

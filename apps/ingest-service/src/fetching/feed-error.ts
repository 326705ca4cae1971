import type { ErrorCode } from '@mediamesh/contracts';

/** What can be wrong with a feed as a whole. Faults of single items are warnings, never errors. */
export type FeedErrorCode = Extract<ErrorCode, `feed.${string}`>;

/** What an HTTP answer that is no feed said about itself. */
export interface RefusedAnswer {
  status?: number;
  /** The value of `Retry-After`, as it was sent. */
  retryAfter?: string | undefined;
}

/**
 * A feed that could not be fetched or read, with a code and one sentence for editors. The sentence is the same for
 * every server that cannot be reached: it must not tell open from closed ports.
 */
export class FeedError extends Error {
  readonly code: FeedErrorCode;
  readonly detail: string;
  readonly answer: RefusedAnswer;

  // Fields are assigned by hand: the worker runs this file as plain Node does, which knows no parameter properties.
  constructor(code: FeedErrorCode, detail: string, options: { cause?: unknown; answer?: RefusedAnswer } = {}) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.name = 'FeedError';
    this.code = code;
    this.detail = detail;
    this.answer = options.answer ?? {};
  }
}

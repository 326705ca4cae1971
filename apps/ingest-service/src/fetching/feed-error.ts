import type { ErrorCode } from '@mediamesh/contracts';

/** Faults of a whole feed. Faults of single items are warnings. */
export type FeedErrorCode = Extract<ErrorCode, `feed.${string}`>;

export interface RefusedAnswer {
  status?: number;
  retryAfter?: string | undefined;
}

/**
 * A feed that cannot be fetched or read. `detail` is one sentence for editors. It is the same for every server that
 * cannot be reached, because it must not tell open ports from closed ones.
 */
export class FeedError extends Error {
  readonly code: FeedErrorCode;
  readonly detail: string;
  readonly answer: RefusedAnswer;

  // No parameter properties: Node strips the types of this file in the worker and does not support them.
  constructor(code: FeedErrorCode, detail: string, options: { cause?: unknown; answer?: RefusedAnswer } = {}) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.name = 'FeedError';
    this.code = code;
    this.detail = detail;
    this.answer = options.answer ?? {};
  }
}

import { type ErrorCode, messageOf, Refusal } from '@mediamesh/contracts';
import { FeedError } from '../fetching/feed-error.js';

/** Why a run ends before its time: a code, and one sentence for editors without anything internal. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';

  constructor(
    readonly code: ErrorCode,
    options: { readonly cause?: unknown } = {},
  ) {
    super(code, options);
  }

  get detail(): string {
    return messageOf(this.code, 'en');
  }
}

/**
 * What a run that failed says of the reason. Only reasons we know are told; everything else is ours to find in the log.
 */
export function explainFailure(error: unknown): {
  readonly code: string;
  readonly detail: string;
  readonly isOurs: boolean;
} {
  if (error instanceof RunFailure) return { code: error.code, detail: error.detail, isOurs: false };
  if (error instanceof FeedError) {
    const code = error.answer.status === 410 ? 'feed.gone' : error.code;
    return { code, detail: code === 'feed.gone' ? messageOf('feed.gone', 'en') : error.detail, isOurs: false };
  }
  if (error instanceof Refusal && error.kind !== 'internal') {
    const code =
      error.kind === 'unavailable'
        ? 'run.neighbour_away'
        : error.code === 'request.invalid'
          ? 'run.program_refused'
          : error.code;
    return { code, detail: messageOf(code, 'en', error.options.values), isOurs: false };
  }
  return { code: 'run.internal', detail: messageOf('run.internal', 'en'), isOurs: true };
}

import { messageOf, Refusal } from '@mediamesh/contracts';
import { FeedError } from '../fetching/feed-error.js';

/** Why a run failed: a code, and one sentence for editors without anything internal. */
export interface RunError {
  readonly code: string;
  readonly detail: string;
}

const ofCode = (code: Parameters<typeof messageOf>[0], values?: Refusal['options']['values']): RunError => ({
  code,
  detail: messageOf(code, 'en', values),
});

/** What a run says that was cut off by a stop or by the death of its worker. */
export const interrupted = ofCode('run.interrupted');

/** What a failed run says of the reason; undefined for a fault of ours, which is only found in the log. */
export function explainError(error: unknown): RunError | undefined {
  if (error instanceof FeedError) return error.answer.status === 410 ? ofCode('feed.gone') : error;
  if (!(error instanceof Refusal) || error.kind === 'internal') return undefined;
  if (error.kind === 'unavailable') return ofCode('run.neighbour_away', error.options.values);
  return error.code === 'request.invalid'
    ? ofCode('run.program_refused', error.options.values)
    : ofCode(error.code, error.options.values);
}

export const internalError = ofCode('run.internal');

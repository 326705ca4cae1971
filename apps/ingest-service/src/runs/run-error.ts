import { messageOf, Refusal } from '@mediamesh/contracts';
import { FeedError } from '../fetching/feed-error.js';

/** Why a run failed. `detail` is for editors and holds nothing internal. */
export interface RunError {
  readonly code: string;
  readonly detail: string;
}

const ofCode = (code: Parameters<typeof messageOf>[0], values?: Refusal['options']['values']): RunError => ({
  code,
  detail: messageOf(code, 'en', values),
});

/** For a run cut off by a shutdown or by the death of its worker. */
export const interrupted = ofCode('run.interrupted');

/** Undefined for an internal error, which only the log describes. */
export function explainError(error: unknown): RunError | undefined {
  if (error instanceof FeedError) return error.answer.status === 410 ? ofCode('feed.gone') : error;
  if (!(error instanceof Refusal) || error.kind === 'internal') return undefined;
  if (error.kind === 'unavailable') return ofCode('run.neighbour_away', error.options.values);
  return error.code === 'request.invalid'
    ? ofCode('run.program_refused', error.options.values)
    : ofCode(error.code, error.options.values);
}

export const internalError = ofCode('run.internal');

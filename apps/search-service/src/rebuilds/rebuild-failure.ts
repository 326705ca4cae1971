import { type ErrorCode, messageOf, type Reindex, Refusal } from '@mediamesh/contracts';

export class RebuildFailure extends Error {
  override readonly name = 'RebuildFailure';

  constructor(
    readonly code: ErrorCode,
    options?: ErrorOptions,
  ) {
    super(messageOf(code, 'en'), options);
  }
}

const longestDetail = 500;

/** The error of a failed rebuild as the API shows it. */
export function explainFailure(error: unknown): NonNullable<Reindex['error']> {
  if (error instanceof RebuildFailure) return { code: error.code, detail: error.message };
  if (error instanceof Refusal) return { code: error.code, detail: messageOf(error.code, 'en', error.options.values) };
  const why = error instanceof Error ? error.message : String(error);
  return { code: 'reindex.internal', detail: `${messageOf('reindex.internal', 'en')}: ${why}`.slice(0, longestDetail) };
}

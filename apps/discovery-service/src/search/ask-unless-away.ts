import { Refusal } from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';

/** The answer of search-service; `undefined` if it refuses. An invalid query or an unexpected error is thrown. */
export async function askUnlessAway<T>(ask: () => Promise<T>, logger: Logger): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind === 'invalid') throw error;
    logger.warn('search-service is away; titles answer instead', { error });
    return undefined;
  }
}

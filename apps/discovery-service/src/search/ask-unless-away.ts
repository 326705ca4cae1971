import { Refusal } from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';

/**
 * What search-service answers; `undefined` while it is away, for titles of the catalogue to answer instead. What is
 * wrong with the question itself is thrown.
 */
export async function askUnlessAway<T>(ask: () => Promise<T>, logger: Logger): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind === 'invalid') throw error;
    logger.warn('search-service is away; titles answer instead', { error });
    return undefined;
  }
}

import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { backOff } from '@mediamesh/resilience';

type RetryStrategy = Extract<
  | Awaited<ReturnType<Extract<DynamoDBClientConfig['retryStrategy'], () => unknown>>>
  | DynamoDBClientConfig['retryStrategy'],
  { acquireInitialRetryToken: unknown }
>;
type Token = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>;

const mostRetries = 2;

const token = (retries: number): Token => ({
  getRetryCount: () => retries,
  getRetryDelay: () => (retries === 0 ? 0 : backOff(retries, 50, 200)),
});

/**
 * Two repetitions at once or nearly so, of what is throttled, lost on the way or the server's own fault. The SDK's
 * pauses after throttling are up to a second and a half: too long for somebody who waits for three.
 */
export const quickRetries: RetryStrategy = {
  acquireInitialRetryToken: () => Promise.resolve(token(0)),
  refreshRetryTokenForRetry: (last, { errorType }) =>
    errorType === 'CLIENT_ERROR' || last.getRetryCount() >= mostRetries
      ? Promise.reject(new Error('No repetition'))
      : Promise.resolve(token(last.getRetryCount() + 1)),
  recordSuccess: () => undefined,
};

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
 * At most two quick retries after throttling, lost connections and errors of the server. The SDK's own backoff after
 * throttling is up to 1.5 s, too long for callers that wait 3 s.
 */
export const quickRetries: RetryStrategy = {
  acquireInitialRetryToken: () => Promise.resolve(token(0)),
  refreshRetryTokenForRetry: (last, { errorType }) =>
    errorType === 'CLIENT_ERROR' || last.getRetryCount() >= mostRetries
      ? Promise.reject(new Error('No retry'))
      : Promise.resolve(token(last.getRetryCount() + 1)),
  recordSuccess: () => undefined,
};

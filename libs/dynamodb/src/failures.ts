import { unavailable } from '@mediamesh/contracts';

/** Errors that a retry does not mend: a condition that does not hold, or a wrong request. */
const answers = new Set([
  'ConditionalCheckFailedException',
  'ValidationException',
  'SerializationException',
  'ItemCollectionSizeLimitExceededException',
]);

/** In seconds. */
const retryAfter = 2;

/**
 * Maps an error of the SDK. What a retry does not mend stays as it is. All else (throttling, a timeout, a server that
 * is away, a missing table, refused keys) becomes `unavailable`. The cause holds the operation and the message only:
 * the SDK's own error carries the request, and in it keys that name people.
 */
export function refuseFailure(error: unknown, operation: string): unknown {
  const { name = 'Error', message = '' } = error instanceof Error ? error : {};
  if (answers.has(name)) return error;
  return unavailable('request.unavailable', {
    retryAfter,
    cause: new Error(`DynamoDB ${operation}: ${name}: ${message.slice(0, 200)}`),
  });
}

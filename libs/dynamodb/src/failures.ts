import { unavailable } from '@mediamesh/contracts';

/** Answers that say how things are, or that a request of ours is wrong; to ask again later changes nothing. */
const answers = new Set([
  'ConditionalCheckFailedException',
  'ValidationException',
  'SerializationException',
  'ItemCollectionSizeLimitExceededException',
]);

/** Seconds after which to try again. */
const retryAfter = 2;

/**
 * What a failed request becomes: answers stay what they are; all else (throttling, a time-out, a server that is away, a
 * missing table, keys that are not accepted) is `unavailable`, because it passes or is mended without us. The cause
 * names the operation and the failure only: the SDK's own error carries the request, and with it keys of people.
 */
export function refuseFailure(error: unknown, operation: string): unknown {
  const { name = 'Error', message = '' } = error instanceof Error ? error : {};
  if (answers.has(name)) return error;
  return unavailable('request.unavailable', {
    retryAfter,
    cause: new Error(`DynamoDB ${operation}: ${name}: ${message.slice(0, 200)}`),
  });
}

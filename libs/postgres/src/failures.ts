import { Refusal, unavailable } from '@mediamesh/contracts';

/**
 * SQLSTATE classes and codes of temporary failures: connection (08), resources (53), shutdown or cancel (57), disk
 * (58), idle timeouts (25P), read-only standby (25006), lock not available (55P03).
 */
const passing = /^(?:08|53|57|58|25P|25006|55P03)/;
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);
const brokenConnection = [
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Connection closed',
  'Cannot use a pool after calling end',
];
const retryAfterSeconds = 2;

/** Such an error has the server's code, or the driver's error in `driverError`. */
interface DriverFailure extends Error {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly driverError?: unknown;
}

function driverFailure(error: unknown): DriverFailure | undefined {
  if (!Error.isError(error)) return undefined;
  if (error instanceof Refusal) return driverFailure(error.cause);
  const { driverError } = error as DriverFailure;
  return Error.isError(driverError) ? driverError : error;
}

function sqlState(error: unknown): string | undefined {
  const code = driverFailure(error)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** The name of the violated unique constraint, or `undefined` for any other error. */
export function uniqueViolation(error: unknown): string | undefined {
  const constraint = driverFailure(error)?.constraint;
  return sqlState(error) === '23505' && typeof constraint === 'string' ? constraint : undefined;
}

/** Whether a retry of the transaction may succeed: a serialisation failure or a deadlock. */
export const isRetryable = (error: unknown): boolean => ['40001', '40P01'].includes(sqlState(error) ?? '');

/** Whether the database is unreachable or overloaded, so that the statement itself is not the cause. */
export function isUnreachable(error: unknown): boolean {
  const failure = driverFailure(error);
  if (!failure) return false;
  const code = typeof failure.code === 'string' ? failure.code : '';
  return (
    unreachable.has(code) ||
    (sqlState(failure) !== undefined && passing.test(code)) ||
    brokenConnection.some((beginning) => failure.message.startsWith(beginning))
  );
}

/** Whether a statement got no answer in time. Its connection is then unusable. */
export const isUnanswered = (error: unknown): boolean => driverFailure(error)?.message === 'Query read timeout';

/** 503, with the cause for the log. */
export const databaseAway = (cause: unknown): Refusal =>
  unavailable('request.unavailable', { retryAfter: retryAfterSeconds, cause });

/** Turns the error of an unreachable database into a 503. Other errors stay as they are. */
export const translateFailure = (error: unknown): unknown =>
  error instanceof Refusal || !isUnreachable(error) ? error : databaseAway(error);

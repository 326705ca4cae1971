import { Refusal, unavailable } from '@mediamesh/contracts';

/**
 * SQLSTATE classes and codes that say "not now": connection (08), resources (53), shut down or cancelled (57),
 * the disk (58), time-outs of idle sessions (25P), a standby that only reads (25006), a lock that did not come (55P03).
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

/** Errors of this kind carry the server's code, or have the driver's error as cause. */
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

/** The SQLSTATE of a failed statement. */
function sqlState(error: unknown): string | undefined {
  const code = driverFailure(error)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** The name of the unique constraint that refused a row, or `undefined` when that was not the reason. */
export function uniqueViolation(error: unknown): string | undefined {
  const constraint = driverFailure(error)?.constraint;
  return sqlState(error) === '23505' && typeof constraint === 'string' ? constraint : undefined;
}

/** Whether the same transaction may succeed when it is tried again: a serialisation failure or a deadlock. */
export const isRetryable = (error: unknown): boolean => ['40001', '40P01'].includes(sqlState(error) ?? '');

/** Whether the reason is the database being away or overloaded, and not what was asked of it. */
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

/** Whether a statement got no answer in time, so that its connection is of no more use. */
export const isUnanswered = (error: unknown): boolean => driverFailure(error)?.message === 'Query read timeout';

/** 503, with the reason for the log. */
export const databaseAway = (cause: unknown): Refusal =>
  unavailable('request.unavailable', { retryAfter: retryAfterSeconds, cause });

/** Says 503 for a database that is away; every other error stays as it is. */
export const translateFailure = (error: unknown): unknown =>
  error instanceof Refusal || !isUnreachable(error) ? error : databaseAway(error);

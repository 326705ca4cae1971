import { Refusal, type RefusalKind } from '@mediamesh/contracts';
import { HttpException } from '@nestjs/common';

/** Refusals for HTTP statuses of the framework. */
const byStatus: Record<number, [RefusalKind, Refusal['code']]> = {
  400: ['malformed', 'request.malformed'],
  401: ['unauthenticated', 'auth.required'],
  403: ['forbidden', 'auth.not_allowed'],
  404: ['notFound', 'request.not_found'],
  405: ['methodNotAllowed', 'request.method_not_allowed'],
  406: ['notAcceptable', 'request.not_acceptable'],
  408: ['timeout', 'request.timeout'],
  413: ['tooLarge', 'request.too_large'],
  414: ['uriTooLong', 'request.uri_too_long'],
  415: ['unsupportedMediaType', 'request.unsupported_media_type'],
  416: ['rangeNotSatisfiable', 'request.range_not_satisfiable'],
  431: ['headersTooLarge', 'request.headers_too_large'],
  503: ['unavailable', 'request.unavailable'],
};

/** Maps any error to a refusal: framework errors by status, unknown errors to an internal one without details. */
export function translateError(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  const [kind, code] = byStatus[status] ?? ['internal', 'request.internal'];
  return new Refusal(kind, code, { cause: error });
}

/** Fastify's own errors carry `statusCode`. */
function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('statusCode' in error) || !('code' in error)) return 500;
  return typeof error.statusCode === 'number' && String(error.code).startsWith('FST_') ? error.statusCode : 500;
}

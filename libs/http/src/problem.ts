import { type FieldError, messageOf, problemTitles, type Refusal, type RefusalKind } from '@mediamesh/contracts';
import { currentContext } from '@mediamesh/observability';
import { lookupLanguage, parseAcceptLanguage } from '@mediamesh/text';
import type { FastifyReply } from 'fastify';

/** An error as of RFC 9457, with a code, the trace id and a pointer to each invalid field. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly traceId: string;
  readonly errors?: readonly (Omit<FieldError, 'values'> & {
    readonly message: string;
    readonly values?: FieldError['values'];
  })[];
  readonly values?: Readonly<Record<string, string | number>>;
}

export const problemLanguage = (acceptLanguage: string | undefined): 'ar' | 'en' =>
  lookupLanguage(parseAcceptLanguage(acceptLanguage ?? ''), ['en', 'ar'], 'en') === 'ar' ? 'ar' : 'en';

/** @param path the request path without its query */
export function problemOf(refusal: Refusal, path: string): Problem {
  const context = currentContext();
  const language = problemLanguage(context?.acceptLanguage);
  const values =
    refusal.options.retryAfter === undefined
      ? refusal.options.values
      : { retryAfter: refusal.options.retryAfter, ...refusal.options.values };
  return {
    type: `urn:mediamesh:problem:${refusal.code}`,
    title: problemTitles[refusal.kind][language],
    status: refusal.status,
    detail: messageOf(refusal.code, language, values),
    instance: path.slice(0, 500),
    code: refusal.code,
    traceId: context?.trace.traceId ?? '',
    ...(refusal.errors.length > 0 && {
      errors: refusal.errors.map((error) => ({ ...error, message: messageOf(error.code, language, error.values) })),
    }),
    ...(values && { values }),
  };
}

export function sendProblem(reply: FastifyReply, refusal: Refusal, path: string): void {
  const problem = problemOf(refusal, path);
  reply.status(refusal.status).header('content-type', 'application/problem+json; charset=utf-8');
  reply
    .header('content-language', problemLanguage(currentContext()?.acceptLanguage))
    .header('vary', 'accept-language')
    .header('cache-control', 'no-store');
  for (const [name, value] of Object.entries(headersOf(refusal))) reply.header(name, value);
  void reply.send(JSON.stringify(problem));
}

function headersOf({ kind, options }: Refusal): Record<string, string> {
  const headers: Partial<Record<RefusalKind, Record<string, string>>> = {
    unauthenticated: { 'www-authenticate': 'Bearer realm="mediamesh"' },
    methodNotAllowed: { allow: (options.allow ?? []).join(', ') },
    // Closes the connection, because the rest of the request is not read.
    timeout: { connection: 'close' },
    tooLarge: { connection: 'close' },
    limited: { 'retry-after': String(options.retryAfter ?? 1) },
    unavailable: { 'retry-after': String(options.retryAfter ?? 2) },
  };
  return headers[kind] ?? {};
}

import type { Readable } from 'node:stream';
import {
  type FieldError,
  isErrorCode,
  readProblem,
  type ReceivedProblem,
  Refusal,
  type RefusalKind,
  refusalKinds,
  unavailable,
} from '@mediamesh/contracts';
import { type ServiceAnswer, passedHeaders } from './service-answer.js';

/** Size limit of a buffered answer, in bytes. */
const maximumAnswer = 32 * 1024 * 1024;

export function pick(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    passedHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}

export async function readAll(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumAnswer) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Undefined for an answer without a body. @throws Refusal `unavailable` for anything but JSON */
export function parseAnswer(answer: ServiceAnswer): unknown {
  if (answer.status === 204 || answer.status === 304) return undefined;
  if (!answer.headers['content-type']?.startsWith('application/json'))
    throw unavailable('request.unavailable', { cause: new Error('the answer is not JSON') });
  try {
    return JSON.parse(answer.body.toString());
  } catch (cause) {
    throw unavailable('request.unavailable', { cause });
  }
}

/**
 * Turns a problem of a service back into its refusal. Any other error answer becomes `unavailable`. Of a `bodiless`
 * answer (to `HEAD`) only the status counts.
 */
export function refusalOf(status: number, headers: Record<string, string>, body: Buffer, bodiless: boolean): Refusal {
  const retryAfter = Number(headers['retry-after']) || undefined;
  const kind = (Object.keys(refusalKinds) as RefusalKind[]).find((one) => refusalKinds[one].status === status);
  const problem = bodiless
    ? kind && { code: codeOfKind[kind] ?? 'request.unavailable', errors: [], values: undefined }
    : problemIn(headers, body);
  if (!kind || kind === 'internal' || !problem || !isErrorCode(problem.code)) {
    return unavailable('request.unavailable', {
      cause: new Error(`answered ${status}: ${body.subarray(0, 500).toString()}`),
      ...(retryAfter && { retryAfter }),
    });
  }
  const { code, errors, values } = problem;
  return new Refusal(kind, code, {
    errors: errors.flatMap(({ pointer, code: wrong, values: told }): FieldError[] =>
      isErrorCode(wrong) ? [{ pointer, code: wrong, ...(told && { values: told }) }] : [],
    ),
    ...(values && { values }),
    ...(retryAfter && { retryAfter }),
  });
}

const problemIn = (headers: Record<string, string>, body: Buffer): ReceivedProblem | undefined =>
  headers['content-type']?.startsWith('application/problem+json') ? readProblem(body.toString()) : undefined;

const codeOfKind: Partial<Record<RefusalKind, Refusal['code']>> = {
  unauthenticated: 'auth.required',
  forbidden: 'auth.not_allowed',
  notFound: 'request.not_found',
  invalid: 'request.invalid',
  rangeNotSatisfiable: 'request.range_not_satisfiable',
  unavailable: 'request.unavailable',
};

import {
  type Endpoint,
  type FieldError,
  type Input,
  invalid,
  malformed,
  preconditionRequired,
  stale,
} from '@mediamesh/contracts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { fieldErrors } from './field-errors.js';

const noQuery = z.strictObject({});

/** Reports all errors of a request in one 422. An undeclared query parameter is an error. */
export function parseInput<E extends Endpoint>(endpoint: E, request: FastifyRequest): Input<E> {
  const errors: FieldError[] = [];
  const parse = (schema: z.ZodType | undefined, value: unknown, prefix: string): unknown => {
    if (!schema) return undefined;
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) return result.data;
    errors.push(...fieldErrors(result.error.issues, prefix));
    return undefined;
  };
  const params = parse(endpoint.params, request.params, '/params');
  const query = parse(endpoint.query ?? noQuery, request.query, '/query');
  const body = endpoint.bodyOptional && request.body === undefined ? undefined : parse(endpoint.body, request.body, '');
  const ifMatch = endpoint.ifMatch && errors.length === 0 ? versionNamed(request.headers['if-match']) : undefined;
  if (errors.length > 0) throw invalid(...errors);
  return { params, query: endpoint.query && query, body, ifMatch } as unknown as Input<E>;
}

/**
 * The version in `If-Match` (RFC 9110 §13.1.1); undefined for `*`. Our tags are quoted versions, and others never
 * match. A list must name exactly one version, because only one can be current.
 */
function versionNamed(header: string | undefined): number | undefined {
  if (header === undefined) throw preconditionRequired('request.if_match_required');
  if (header.length > 1000) throw malformed('request.malformed');
  if (header.trim() === '*') return undefined;
  const versions = header.split(',').flatMap((tag) => /^\s*"(\d{1,15})"\s*$/.exec(tag)?.[1] ?? []);
  if (versions.length !== 1) throw stale('request.stale');
  return Number(versions[0]);
}

export const etagOf = (version: number): string => `"${version}"`;

/** Weak comparison with `If-None-Match` (RFC 9110 §13.1.2). */
export const matchesTag = (header: string | undefined, tag: string): boolean =>
  header !== undefined &&
  (header.trim() === '*' ||
    header
      .slice(0, 4000)
      .split(',')
      .some((candidate) => candidate.trim().replace(/^W\//, '') === tag));

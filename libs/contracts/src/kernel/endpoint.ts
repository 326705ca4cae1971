import type { z } from 'zod';
import type { ErrorCode } from '../errors/messages.js';
import type { AppName } from './apps.js';
import type { ExamplesOf, NamedExamples } from './example.js';
import type { RefusalKind } from './refusal.js';
import type { Role } from './roles.js';
import type { Tag } from './tags.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The rate limits; their rates are configuration of the gateways. */
export type LimitName = 'login' | 'read' | 'search' | 'write';

/**
 * Error codes that do not follow from an endpoint's other properties: by kind of refusal, of invalid fields (`fields`),
 * in the `errors` of a conflict (`reasons`) and within a successful answer (`inAnswer`).
 */
export type EndpointErrors = {
  readonly [K in RefusalKind | 'fields' | 'reasons' | 'inAnswer']?: readonly ErrorCode[];
};

/**
 * The declaration of an endpoint, from which route, validation, guard, rate limit, documentation and typed client
 * derive.
 *
 * - `path`: its parameters are `:name`.
 * - `params`, `query`, `body`, `returns`: schemas. Without `returns` the answer is 204. An undeclared query parameter
 *   is refused, unless `query` is a `z.object`, which ignores it.
 * - `roles`: who may call; an endpoint without roles stops the boot.
 * - `etag`: the answer's `version` is its strong `ETag`. `ifMatch`: the call must name that version (428, 412).
 * - `location`: the path of a created resource below the API's base, with `:field` from the answer.
 * - `safe`: a POST that changes nothing (a batch read), so a client may retry it.
 * - `idempotent`: a repeated call changes nothing more; implied for PUT and DELETE.
 * - `bytes`: the request, the answer or both are streamed raw bytes, of any type unless `mediaTypes` is set.
 * - `open`: callable behind the gateways without a service token (keys, tokens, signed uploads).
 * - `tag`: its group in the documentation.
 * - `examples`: complete calls with their answers, by name; see {@link defineApi}.
 */
export interface Endpoint {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly bodyOptional?: boolean;
  readonly returns?: z.ZodType;
  readonly status?: 200 | 201 | 202 | 204;
  readonly roles: readonly Role[];
  readonly limit?: LimitName;
  readonly etag?: boolean;
  readonly ifMatch?: boolean;
  readonly location?: string;
  readonly safe?: boolean;
  readonly idempotent?: boolean;
  readonly bytes?: 'in' | 'out' | 'both';
  readonly open?: boolean;
  readonly tag?: Tag;
  readonly errors?: EndpointErrors;
  readonly mediaTypes?: readonly string[];
  readonly examples?: NamedExamples;
}

/** The metadata key under which `@Implements` stores the endpoint on a handler, for guards. */
export const endpointKey = 'mediamesh:endpoint';

export interface ImplementedEndpoint {
  readonly api: Api;
  readonly name: string;
  readonly endpoint: Endpoint;
}

/** The endpoints of an app below one base path. */
export interface Api<E extends Record<string, Endpoint> = Record<string, Endpoint>> {
  readonly app: AppName;
  readonly base: string;
  readonly endpoints: E;
}

type Endpoints = Record<string, Endpoint>;

/** Adds each of `examples` to the endpoint of the same name; copies of the endpoint keep them. */
export function defineApi<const E extends Endpoints>(app: AppName, base: string, endpoints: E): Api<E>;
export function defineApi<const E extends Endpoints>(
  app: AppName,
  base: string,
  examples: ExamplesOf<E>,
  endpoints: E,
): Api<E>;
export function defineApi<E extends Endpoints>(app: AppName, base: string, ...rest: [E] | [ExamplesOf<E>, E]): Api<E> {
  const [examples, endpoints] = rest.length === 1 ? [{} as ExamplesOf<E>, rest[0]] : rest;
  const illustrated = Object.entries(endpoints).map(([name, endpoint]) => {
    const own = examples[name];
    return [name, own ? { ...endpoint, examples: own } : endpoint];
  });
  return { app, base, endpoints: Object.fromEntries(illustrated) as E };
}

type ParsedPart<S> = S extends z.ZodType ? z.output<S> : undefined;
type SentPart<S> = S extends z.ZodType ? z.input<S> : undefined;
type PartOf<E, K extends keyof Endpoint> = E extends { readonly [P in K]: infer S } ? S : undefined;

/** What a handler receives, parsed by the schemas. */
export interface Input<E extends Endpoint> {
  readonly params: ParsedPart<PartOf<E, 'params'>>;
  readonly query: ParsedPart<PartOf<E, 'query'>>;
  readonly body: PartOf<E, 'bodyOptional'> extends true
    ? ParsedPart<PartOf<E, 'body'>> | undefined
    : ParsedPart<PartOf<E, 'body'>>;
  /** The version in `If-Match`; `undefined` for `*`, or if the endpoint has no `ifMatch`. */
  readonly ifMatch: number | undefined;
}

type RequiredPart<K extends string, V> = [V] extends [undefined]
  ? { readonly [P in K]?: undefined }
  : { readonly [P in K]: V };
type OptionalPart<K extends string, V> = [V] extends [undefined]
  ? { readonly [P in K]?: undefined }
  : { readonly [P in K]?: V };

/** What the typed client sends. */
export type Call<E extends Endpoint> = RequiredPart<'params', SentPart<PartOf<E, 'params'>>> &
  OptionalPart<'query', SentPart<PartOf<E, 'query'>>> &
  (PartOf<E, 'bodyOptional'> extends true
    ? OptionalPart<'body', SentPart<PartOf<E, 'body'>>>
    : RequiredPart<'body', SentPart<PartOf<E, 'body'>>>) & {
    /** The version last read, as a number or as an `If-Match` header. */
    readonly ifMatch?: number | string;
  };

export type Answer<E extends Endpoint> = E extends { readonly returns: infer S extends z.ZodType } ? z.output<S> : void;

/** The declared status, else 200, or 204 without an answer. */
export const successStatus = (endpoint: Endpoint): number =>
  endpoint.status ?? (endpoint.returns || endpoint.bytes === 'out' || endpoint.bytes === 'both' ? 200 : 204);

/** Replaces each `:name` by its percent-encoded value. */
export const fillPath = (path: string, values: Readonly<Record<string, unknown>>): string =>
  path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(values[name])));

/** Path and query string below the API's base, without parameters that are `undefined`. */
export function pathOf({ path }: Endpoint, { params, query }: Pick<Call<Endpoint>, 'params' | 'query'>): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return fillPath(path, params ?? {}) + (search && `?${search}`);
}

import type { z } from 'zod';
import type { ErrorCode } from '../errors/messages.js';
import type { AppName } from './apps.js';
import type { ExamplesOf, NamedExamples } from './example.js';
import type { RefusalKind } from './refusal.js';
import type { Role } from './roles.js';
import type { Tag } from './tags.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The named rate limits; their rates are configuration of the gateways. */
export type LimitName = 'login' | 'read' | 'search' | 'write';

/**
 * The error codes of an endpoint beside those that follow from its other properties: by kind of refusal, of single
 * wrong fields (`fields`), in the `errors` of a conflict (`reasons`), and within a successful answer (`inAnswer`).
 */
export type EndpointErrors = {
  readonly [K in RefusalKind | 'fields' | 'reasons' | 'inAnswer']?: readonly ErrorCode[];
};

/**
 * One endpoint, declared once. Route, validation, guard, limit, documentation and typed client all come from this
 * object.
 *
 * - `path` uses `:name` for its parameters.
 * - `params`, `query`, `body` and `returns` are schemas; an endpoint without `returns` answers 204. A query parameter
 *   that is not declared is refused, unless `query` is a `z.object`, which ignores it.
 * - `roles` is who may call; an endpoint with none stops the boot.
 * - `etag`: the answer's `version` is also its strong `ETag`; `ifMatch`: the call must name it (428, 412).
 * - `location`: path of a created resource below the API's base, with `:field` taken from the answer.
 * - `safe`: a POST that changes nothing (a batch read), so that a client may repeat it.
 * - `idempotent`: repeating the same call changes nothing more (PUT and DELETE are so by nature).
 * - `bytes`: the request, the answer or both are raw bytes that are streamed, never buffered as JSON.
 * - `open`: behind the gateways, callable without a service token (keys, tokens, signed uploads).
 * - `bodyOptional`: the call may come without a body.
 * - `tag`: the noun it is filed under; `errors`: codes that the other properties do not tell.
 * - `mediaTypes`: what the `bytes` are; anything when left out.
 * - `examples`: whole calls with their answers, by name; see {@link defineApi}.
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

/** Where `@Implements` leaves the endpoint on a handler, for guards to find. */
export const endpointKey = 'mediamesh:endpoint';

/** What is left there. */
export interface ImplementedEndpoint {
  readonly api: Api;
  readonly name: string;
  readonly endpoint: Endpoint;
}

/** The endpoints one app offers below one base path. */
export interface Api<E extends Record<string, Endpoint> = Record<string, Endpoint>> {
  readonly app: AppName;
  readonly base: string;
  readonly endpoints: E;
}

type Endpoints = Record<string, Endpoint>;

/**
 * Declares the endpoints of an app; see {@link Endpoint}. `examples` are given to the endpoints of the same names, and
 * travel with them into whatever copies them.
 */
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

/** What a handler receives: every part parsed by its schema. */
export interface Input<E extends Endpoint> {
  readonly params: ParsedPart<PartOf<E, 'params'>>;
  readonly query: ParsedPart<PartOf<E, 'query'>>;
  readonly body: PartOf<E, 'bodyOptional'> extends true
    ? ParsedPart<PartOf<E, 'body'>> | undefined
    : ParsedPart<PartOf<E, 'body'>>;
  /** The version named by `If-Match`; `undefined` for `*`. Set only where the endpoint says `ifMatch`. */
  readonly ifMatch: number | undefined;
}

type RequiredPart<K extends string, V> = [V] extends [undefined]
  ? { readonly [P in K]?: undefined }
  : { readonly [P in K]: V };
type OptionalPart<K extends string, V> = [V] extends [undefined]
  ? { readonly [P in K]?: undefined }
  : { readonly [P in K]?: V };

/** What a caller hands to the typed client. */
export type Call<E extends Endpoint> = RequiredPart<'params', SentPart<PartOf<E, 'params'>>> &
  OptionalPart<'query', SentPart<PartOf<E, 'query'>>> &
  (PartOf<E, 'bodyOptional'> extends true
    ? OptionalPart<'body', SentPart<PartOf<E, 'body'>>>
    : RequiredPart<'body', SentPart<PartOf<E, 'body'>>>) & {
    /** The version the caller last read, as a number or as the `If-Match` header came. */
    readonly ifMatch?: number | string;
  };

/** What the endpoint answers. */
export type Answer<E extends Endpoint> = E extends { readonly returns: infer S extends z.ZodType } ? z.output<S> : void;

/** The status of a success: what the endpoint says, else 204 without an answer, else 200. */
export const successStatus = (endpoint: Endpoint): number =>
  endpoint.status ?? (endpoint.returns || endpoint.bytes === 'out' || endpoint.bytes === 'both' ? 200 : 204);

/** A path with the value of each `:name` in its place, percent-encoded. */
export const fillPath = (path: string, values: Readonly<Record<string, unknown>>): string =>
  path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(values[name])));

/** Path and query string of a call, below the API's base. A query parameter that is `undefined` is left out. */
export function pathOf({ path }: Endpoint, { params, query }: Pick<Call<Endpoint>, 'params' | 'query'>): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return fillPath(path, params ?? {}) + (search && `?${search}`);
}

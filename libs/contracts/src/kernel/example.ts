import type { Answer, Call, Endpoint } from './endpoint.js';

type ReadonlyDeep<T> = T extends object ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> } : T;

/** A call as a client makes it, and what it is answered; without `answer` where there is none, or only bytes. */
export type Example<E extends Endpoint = Endpoint> = ReadonlyDeep<Call<E>> &
  (E extends { readonly returns: object }
    ? { readonly answer: ReadonlyDeep<Answer<E>> }
    : { readonly answer?: undefined });

/** Examples of one endpoint, each under the name it is shown by. */
export type NamedExamples = Readonly<
  Record<string, { readonly [K in 'params' | 'query' | 'body' | 'ifMatch' | 'answer']?: unknown }>
>;

/** Examples of an API, checked against the shapes of each endpoint. */
export type ExamplesOf<E extends Record<string, Endpoint>> = {
  readonly [K in keyof E]?: Readonly<Record<string, Example<E[K]>>>;
};

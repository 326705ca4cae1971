import type { Answer, Call, Endpoint } from './endpoint.js';

type ReadonlyDeep<T> = T extends object ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> } : T;

/** A call and its answer; without `answer` if there is none or only bytes. */
export type Example<E extends Endpoint = Endpoint> = ReadonlyDeep<Call<E>> &
  (E extends { readonly returns: object }
    ? { readonly answer: ReadonlyDeep<Answer<E>> }
    : { readonly answer?: undefined });

export type NamedExamples = Readonly<
  Record<string, { readonly [K in 'params' | 'query' | 'body' | 'ifMatch' | 'answer']?: unknown }>
>;

export type ExamplesOf<E extends Record<string, Endpoint>> = {
  readonly [K in keyof E]?: Readonly<Record<string, Example<E[K]>>>;
};

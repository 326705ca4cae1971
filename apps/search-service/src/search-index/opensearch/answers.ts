/** A text as it is stored for showing. */
export interface StoredText {
  readonly kind: 'program' | 'episode';
  readonly language: string;
  readonly title: string;
  readonly description: string;
}

/** A document that was found; `texts` holds its best text where it was asked for. */
export interface FoundDocument {
  readonly _index: string;
  readonly _id: string;
  readonly _score: number | null;
  readonly sort?: readonly (string | number)[];
  readonly _source?: { readonly others?: readonly string[] };
  readonly inner_hits?: {
    readonly texts: { readonly hits: { readonly hits: readonly { readonly _source: StoredText }[] } };
  };
}

export interface Bucket {
  readonly key: string;
  readonly doc_count: number;
}

/** What OpenSearch answers to a search, as far as it is read here. */
export interface SearchAnswer {
  readonly pit_id?: string;
  readonly timed_out: boolean;
  readonly hits: { readonly total?: { readonly value: number }; readonly hits: readonly FoundDocument[] };
  readonly aggregations?: Readonly<Record<string, unknown>>;
  readonly suggest?: Readonly<
    Record<string, readonly { readonly options: readonly { readonly text: string; readonly freq: number }[] }[]>
  >;
}

export const textOf = (document: FoundDocument): StoredText | undefined =>
  document.inner_hits?.texts.hits.hits[0]?._source;

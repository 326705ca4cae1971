export interface StoredText {
  readonly kind: 'program' | 'episode';
  readonly language: string;
  readonly title: string;
  readonly description: string;
}

/** A document found; `inner_hits.texts` holds its best text if the query requested it. */
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

/** The parts of a search response that are read here. */
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

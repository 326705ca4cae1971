import { type QueryTerms, readQuery } from '../query-terms.js';
import type { SearchFilters } from '../search-index.js';
import { pairJoiner, runEdge } from './index-shape.js';

/** Words and trigrams that count: OpenSearch allows 1,024 clauses, and each word makes five. */
const bounds = { words: 128, runs: 256 };

/** Weights relative to a stem match, as in the scoring of the SQLite engine. */
const weights = { title: 0.5, words: 0.3, spellings: 0.1, pairs: 0.3, runs: 0.2, whole: 4 };

export interface TextQuery {
  /** Finds and scores texts. */
  readonly scored: object;
  /** Finds the same texts without scores. */
  readonly found: object;
}

export function buildTextQuery(text: string): TextQuery | undefined {
  const terms = readQuery(text);
  if (terms.stems.length === 0) return undefined;
  const stems = terms.stems.slice(0, bounds.words);
  const found = match('stems', stems);
  const should = [
    match('titleStems', stems, weights.title),
    match('words', formsOf(terms.words), weights.words),
    match('spellings', formsOf(terms.spellings), weights.spellings),
    match('stems.pairs', pairsOf(terms), weights.pairs),
    match(
      'stems.runs',
      terms.grams.slice(0, bounds.runs).map((run) => run.replaceAll(' ', runEdge)),
      weights.runs,
    ),
    // The key of a title is about as rare as its rarest word, so it counts once per word. It is divided by k1 + 1, the
    // factor that OpenSearch leaves out of BM25 for the other fields.
    { term: { 'texts.titleKey': { value: terms.titleKey, boost: (weights.whole * stems.length) / 2.2 } } },
  ].filter((one) => one !== undefined);
  return { scored: { bool: { must: [found], should } }, found: found! };
}

/** Turns a query of texts into one of documents; a document scores as its best text. */
export const inTexts = (query: object, language: string | undefined, more: object = {}): object => ({
  nested: {
    path: 'texts',
    score_mode: 'max',
    query:
      language === undefined ? query : { bool: { must: [query], filter: [{ term: { 'texts.languages': language } }] } },
    ...more,
  },
});

/** `language` is no filter of documents: it applies to their texts. */
export function filterDocuments({ kind, type, category }: SearchFilters): object[] {
  return Object.entries({ kind, type, category }).flatMap(([field, value]) =>
    value === undefined ? [] : [{ term: { [field]: value } }],
  );
}

const formsOf = (forms: QueryTerms['words']): string[] => forms.slice(0, bounds.words).map(({ form }) => form);

const pairsOf = ({ pairs, stems }: QueryTerms): string[] =>
  pairs.slice(0, bounds.words).map(([first, second]) => `${stems[first]!}${pairJoiner}${stems[second]!}`);

/** Matches any of the tokens, split at spaces as the stored ones are. */
function match(field: string, tokens: readonly string[], boost = 1): object | undefined {
  return tokens.length === 0
    ? undefined
    : { match: { [`texts.${field}`]: { query: tokens.join(' '), analyzer: 'tokens', boost } } };
}

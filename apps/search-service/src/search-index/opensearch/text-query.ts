import { type QueryTerms, readQuery } from '../query-terms.js';
import type { SearchFilters } from '../search-index.js';
import { pairJoiner, runEdge } from './index-shape.js';

/**
 * How many words and runs of letters of one question count. OpenSearch takes 1,024 conditions in a query; each word
 * makes one for its stem, title, form, spelling and pair.
 */
const bounds = { words: 128, runs: 256 };

/** How much each kind of match counts beside that of a stem: as in the scoring of the SQLite engine. */
const weights = { title: 0.5, words: 0.3, spellings: 0.1, pairs: 0.3, runs: 0.2, whole: 4 };

/** What a question asks, ready to be sent; `undefined` where it has no word. */
export interface TextQuery {
  /** Finds and scores texts. */
  readonly scored: object;
  /** Finds the same texts and does not score them. */
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
    // A rare title is about as rare as its rarest word, so it counts once for each of its words. 2.2: what k1 of 1.2
    // takes from all others.
    { term: { 'texts.titleKey': { value: terms.titleKey, boost: (weights.whole * stems.length) / 2.2 } } },
  ].filter((one) => one !== undefined);
  return { scored: { bool: { must: [found], should } }, found: found! };
}

/** A query of texts as one of documents; a document scores as its best text. */
export const inTexts = (query: object, language: string | undefined, more: object = {}): object => ({
  nested: {
    path: 'texts',
    score_mode: 'max',
    query:
      language === undefined ? query : { bool: { must: [query], filter: [{ term: { 'texts.languages': language } }] } },
    ...more,
  },
});

/** The filters that concern a document as a whole; `language` concerns its texts. */
export function filterDocuments({ kind, type, category }: SearchFilters): object[] {
  return Object.entries({ kind, type, category }).flatMap(([field, value]) =>
    value === undefined ? [] : [{ term: { [field]: value } }],
  );
}

const formsOf = (forms: QueryTerms['words']): string[] => forms.slice(0, bounds.words).map(({ form }) => form);

const pairsOf = ({ pairs, stems }: QueryTerms): string[] =>
  pairs.slice(0, bounds.words).map(([first, second]) => `${stems[first]!}${pairJoiner}${stems[second]!}`);

/** Any of some tokens, which are parted at spaces as the stored ones are. */
function match(field: string, tokens: readonly string[], boost = 1): object | undefined {
  return tokens.length === 0
    ? undefined
    : { match: { [`texts.${field}`]: { query: tokens.join(' '), analyzer: 'tokens', boost } } };
}

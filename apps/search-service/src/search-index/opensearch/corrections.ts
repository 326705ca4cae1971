import { analyze, editDistance, isStopWord, tokenize, withoutArticle } from '@mediamesh/text';
import type { SearchFilters } from '../search-index.js';
import { type SearchAnswer, textOf } from './answers.js';
import type { OpenSearchEngine } from './engine.js';
import { runSearch, withBestText } from './searches.js';
import { filterDocuments, inTexts } from './text-query.js';

export interface CorrectionRequest {
  readonly engine: OpenSearchEngine;
  readonly alias: string;
  readonly filters: SearchFilters;
  /** Deadline, by `clock`. */
  readonly end: number;
  /** Monotonic milliseconds; `performance.now` by default. */
  readonly clock?: () => number;
}

/** A longer query is not treated as mistyped. */
const longestQuestion = 8;
/** Shorter words have too many neighbours, and longer ones are not typed. */
const lengths = { least: 3, most: 32 };
/** Near words tried per word, and requested per variant. */
const offered = 6;
const asked = 20;

/** Edits allowed in a word of this length. */
const tolerance = (length: number): number => (length < 4 ? 0 : length < 6 ? 1 : 2);

/**
 * The query corrected to indexed words that match the same filters; words without a near one are left out. OpenSearch's
 * term suggester also names words of deleted documents, so each is searched for before it is proposed.
 */
export async function findCorrection(text: string, request: CorrectionRequest): Promise<string | undefined> {
  const { words, exact } = analyze(text);
  const mistyped = [...new Set(words)].filter((word) => !isStopWord(word) && mayBeMistyped(word));
  if (words.length > longestQuestion || mistyped.length === 0) return undefined;
  const near = await findNear(mistyped, request);
  const spelled = new Map(
    await Promise.all(mistyped.map(async (word) => [word, await findSpelling(near.get(word) ?? [], request)] as const)),
  );
  if ([...spelled.values()].every((spelling) => spelling === undefined)) return undefined;
  return words.flatMap((word, at) => (isStopWord(word) ? exact[at]! : (spelled.get(word) ?? []))).join(' ');
}

/** Sends nothing once the deadline has passed. */
async function ask(
  { engine, alias, end, clock = () => performance.now() }: CorrectionRequest,
  body: object,
): Promise<SearchAnswer | undefined> {
  const left = Math.ceil(end - clock());
  return left > 0 ? runSearch(engine, `/${alias}/_search`, body, left) : undefined;
}

function mayBeMistyped(word: string): boolean {
  const { length } = withoutArticle(word);
  return tolerance(length) > 0 && length <= lengths.most && !/\d/.test(word);
}

/** Ranked as in the SQLite engine: articles count little, and two edits never change the first letter. */
async function findNear(words: readonly string[], request: CorrectionRequest): Promise<Map<string, string[]>> {
  const variants = words.flatMap((word) => variantsOf(word).map((variant) => ({ word, variant })));
  const suggest = Object.fromEntries(
    variants.map(({ word, variant }, at) => [
      `v${at}`,
      {
        text: variant,
        term: {
          field: 'texts.words',
          analyzer: 'tokens',
          suggest_mode: 'always',
          max_edits: tolerance(withoutArticle(word).length),
          prefix_length: 0,
          min_word_length: lengths.least,
          max_inspections: 50,
          size: asked,
        },
      },
    ]),
  );
  const answer = await ask(request, { size: 0, track_total_hits: false, suggest });
  return new Map(
    words.map((word) => {
      const options = variants.flatMap((one, at) =>
        one.word === word ? (answer?.suggest?.[`v${at}`] ?? []).flatMap((entry) => entry.options) : [],
      );
      return [word, rank(word, new Map(options.map(({ text, freq }) => [text, freq])))];
    }),
  );
}

/** As typed, without its article, and with one. */
const variantsOf = (word: string): string[] => [
  ...new Set([word, withoutArticle(word), ...(/^\p{scx=Arab}/u.test(word) ? [`ال${withoutArticle(word)}`] : [])]),
];

function rank(word: string, candidates: ReadonlyMap<string, number>): string[] {
  const key = withoutArticle(word);
  const most = tolerance(key.length);
  return [...candidates]
    .map(([near, frequency]) => ({
      near,
      frequency,
      other: withoutArticle(near),
      distance: editDistance(key, withoutArticle(near), most),
    }))
    .filter(
      ({ other, distance, near }) =>
        distance > 0 && distance <= most && (distance < 2 || other[0] === key[0]) && !/\d/.test(near),
    )
    .map(({ near, frequency, distance }) => ({
      near,
      frequency,
      distance: distance + editDistance(word, near, 8) / 10,
    }))
    .toSorted((a, b) => a.distance - b.distance || b.frequency - a.frequency || (a.near < b.near ? -1 : 1))
    .slice(0, offered)
    .map(({ near }) => near);
}

/** The original spelling of the first of these folded words that a search finds, in a document that has it. */
async function findSpelling(words: readonly string[], request: CorrectionRequest): Promise<string | undefined> {
  const { language } = request.filters;
  for (const word of words) {
    const answer = await ask(request, {
      size: 1,
      _source: ['others'],
      track_total_hits: false,
      query: {
        bool: {
          filter: [
            inTexts({ term: { 'texts.words': word } }, language, withBestText),
            ...filterDocuments(request.filters),
          ],
        },
      },
    });
    if (!answer) return undefined;
    const [found] = answer.hits.hits;
    if (!found) continue;
    const text = textOf(found);
    const original = [text?.title, text?.description, ...(found._source?.others ?? [])].join(' . ');
    return tokenize(original).find(({ folded }) => folded === word)?.exact ?? word;
  }
  return undefined;
}

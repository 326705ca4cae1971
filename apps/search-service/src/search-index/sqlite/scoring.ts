import type { QueryTerms } from '../query-terms.js';
import { countLetters } from '../searchable-text.js';
import { GramTable, TermTable } from './term-table.js';

export interface IndexStatistics {
  readonly rows: number;
  /** Means over all rows, in words and letters. */
  readonly averageLength: number;
  readonly averageTitleLength: number;
  readonly averageLetters: number;
  rowsWithStem(stem: string): number;
  rowsWithGram(gram: string): number;
}

export interface TokenRow {
  readonly stems: string;
  readonly words: string;
  /** `null` when equal to `words`. */
  readonly spellings: string | null;
  readonly length: number;
  readonly titleLength: number;
  readonly titleKey: string;
}

/** Weights relative to a stem match, measured on judged queries in both languages; see the relevance spec. */
const weights = { words: 0.3, spellings: 0.1, pairs: 0.3, title: 0.5, grams: 0.2, wholeTitle: 4 };

const saturation = 1.2;
const lengthShare = 0.75;

/**
 * Scores rows for a query: a sum of BM25 (k1 1.2, b 0.75) over stems, folded words, exact spellings, pairs of stems,
 * the title and trigrams. Folded words, spellings and titles use the IDF of their stem, pairs that of a chance
 * co-occurrence, trigrams that of the words that contain them. In measurements this ranks as well as exact counts.
 */
export function createScorer(query: QueryTerms, statistics: IndexStatistics): (row: TokenRow) => number {
  const { rows, averageLength, averageTitleLength, averageLetters } = statistics;
  const rarity = (rowsWith: number): number => Math.log(1 + Math.max(0, rows - rowsWith + 0.5) / (rowsWith + 0.5));
  const rowsWithStems = query.stems.map((stem) => statistics.rowsWithStem(stem));
  const stemRarity = rowsWithStems.map(rarity);
  const pairRarity = query.pairs.map(([first, second]) =>
    rarity((rowsWithStems[first]! * rowsWithStems[second]!) / Math.max(rows, 1)),
  );
  const gramRarity = query.grams.map((gram) => rarity(statistics.rowsWithGram(gram)));
  const wholeTitle = weights.wholeTitle * stemRarity.reduce((sum, one) => sum + one, 0);

  const stemTable = new TermTable(query.stems);
  const wordTable = new TermTable(query.words.map(({ form }) => form));
  const spellingTable = new TermTable(query.spellings.map(({ form }) => form));
  const gramTable = new GramTable(query.grams);
  const pairOf = new Map(query.pairs.map(([first, second], pair) => [first * query.stems.length + second, pair]));

  const inText = new Uint32Array(query.stems.length);
  const inTitle = new Uint32Array(query.stems.length);
  const inWords = new Uint32Array(query.words.length);
  const inSpellings = new Uint32Array(query.spellings.length);
  const inPairs = new Uint32Array(query.pairs.length);
  const inGrams = new Uint32Array(query.grams.length);

  return ({ stems, words, spellings, length, titleLength, titleKey }) => {
    for (const counts of [inText, inTitle, inWords, inSpellings, inPairs, inGrams]) counts.fill(0);
    let lastTerm = 0;
    let lastWord = -2;
    stemTable.visit(stems, (term, word) => {
      inText[term]! += 1;
      if (word < titleLength) inTitle[term]! += 1;
      const pair = lastWord === word - 1 ? pairOf.get(lastTerm * query.stems.length + term) : undefined;
      if (pair !== undefined) inPairs[pair]! += 1;
      lastTerm = term;
      lastWord = word;
    });
    wordTable.visit(words, (term) => (inWords[term]! += 1));
    spellingTable.visit(spellings ?? words, (term) => (inSpellings[term]! += 1));
    gramTable.count(stems, inGrams);

    const textLength = relativeLength(length, averageLength);
    const titlePart = relativeLength(titleLength, averageTitleLength);
    const letters = relativeLength(countLetters(stems, length), averageLetters);
    let score = titleKey === query.titleKey ? wholeTitle : 0;
    for (let term = 0; term < inText.length; term++) {
      score +=
        stemRarity[term]! * (saturate(inText[term]!, textLength) + weights.title * saturate(inTitle[term]!, titlePart));
    }
    query.words.forEach(
      ({ stem }, word) => (score += weights.words * stemRarity[stem]! * saturate(inWords[word]!, textLength)),
    );
    query.spellings.forEach(
      ({ stem }, spelling) =>
        (score += weights.spellings * stemRarity[stem]! * saturate(inSpellings[spelling]!, textLength)),
    );
    for (let pair = 0; pair < inPairs.length; pair++)
      score += weights.pairs * pairRarity[pair]! * saturate(inPairs[pair]!, textLength);
    for (let gram = 0; gram < inGrams.length; gram++)
      score += weights.grams * gramRarity[gram]! * saturate(inGrams[gram]!, letters);
    return score;
  };
}

const relativeLength = (length: number, average: number): number =>
  saturation * (1 - lengthShare + (lengthShare * length) / Math.max(average, 1));

const saturate = (count: number, relative: number): number =>
  count === 0 ? 0 : (count * (saturation + 1)) / (count + relative);

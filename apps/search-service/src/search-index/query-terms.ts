import { analyze, isStopWord, normalizeTitle, splitGrams } from '@mediamesh/text';

/** A spelling or folded word of a query, and the number of its stem. */
export interface Form {
  readonly form: string;
  readonly stem: number;
}

/** What a query looks for, each entry once. */
export interface QueryTerms {
  readonly stems: readonly string[];
  readonly words: readonly Form[];
  readonly spellings: readonly Form[];
  /** Numbers of adjacent stems. */
  readonly pairs: readonly (readonly [first: number, second: number])[];
  readonly grams: readonly string[];
  readonly titleKey: string;
}

/** Stop words are left out unless there is nothing else. */
export function readQuery(text: string): QueryTerms {
  const { exact, words, stems } = analyze(text);
  const onlyStopWords = words.every(isStopWord);
  const kept = words.map((word, at) => at).filter((at) => onlyStopWords || !isStopWord(words[at]!));
  const numbers = new Map<string, number>();
  for (const at of kept) if (!numbers.has(stems[at]!)) numbers.set(stems[at]!, numbers.size);
  const numberAt = (at: number): number => numbers.get(stems[at]!)!;
  const formsOf = (forms: readonly string[]): Form[] =>
    [...new Map(kept.map((at) => [forms[at]!, numberAt(at)]))].map(([form, stem]) => ({ form, stem }));
  const neighbours = kept
    .filter((at, place) => place > 0 && kept[place - 1] === at - 1)
    .map((at) => [numberAt(at - 1), numberAt(at)] as const);
  return {
    stems: [...numbers.keys()],
    words: formsOf(words),
    spellings: formsOf(exact),
    pairs: [...new Map(neighbours.map((pair) => [pair.join(), pair])).values()],
    grams: [...new Set([...numbers.keys()].flatMap(splitGrams))],
    titleKey: normalizeTitle(text),
  };
}

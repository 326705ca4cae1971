import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { describeWithTestData } from '@mediamesh/testing';
import {
  analyze,
  analyzeQuery,
  createStemmer,
  fold,
  findHighlightTerms,
  highlight,
  slugify,
  splitGrams,
  stripHtml,
} from './index.js';
import { foldWithOffsets } from './offsets.js';

interface Entry {
  _id: string;
  title: string;
  text: string;
  lang?: string;
}
interface Field {
  weight: number;
  ofDocument: (entry: Entry) => string[];
  ofQuery: (query: string) => string[];
}

const readLines = (path: string) => readFileSync(path, 'utf8').trim().split('\n');
const stem = createStemmer();

/** The fields a search adds up, with the weights that the search service uses. */
const fields: readonly Field[] = [
  {
    weight: 1,
    ofDocument: ({ title, text }) => analyze(`${title} . ${text}`, stem).stems,
    ofQuery: (query) => analyzeQuery(query, stem).stems,
  },
  {
    weight: 0.3,
    ofDocument: ({ title, text }) => analyze(`${title} . ${text}`, stem).words,
    ofQuery: (query) => analyzeQuery(query, stem).words,
  },
  {
    weight: 0.3,
    ofDocument: ({ title, text }) => analyze(`${title} . ${text}`, stem).pairs,
    ofQuery: (query) => analyzeQuery(query, stem).pairs,
  },
  {
    weight: 0.5,
    ofDocument: ({ title }) => analyze(title, stem).stems,
    ofQuery: (query) => analyzeQuery(query, stem).stems,
  },
  {
    weight: 0.2,
    ofDocument: ({ title, text }) => analyze(`${title} . ${text}`, stem).stems.flatMap(splitGrams),
    ofQuery: (query) => [...new Set(analyzeQuery(query, stem).stems.flatMap(splitGrams))],
  },
];

/** BM25 with k1 1.2 and b .75 over one field; adds to the scores. */
function createScorer(documents: string[][]): (terms: string[], weight: number, scores: Float64Array) => void {
  const average = documents.reduce((sum, terms) => sum + terms.length, 0) / documents.length || 1;
  const postings = new Map<string, Map<number, number>>();
  for (const [at, terms] of documents.entries()) {
    for (const term of terms) {
      const list = postings.get(term) ?? new Map<number, number>();
      postings.set(term, list.set(at, (list.get(at) ?? 0) + 1));
    }
  }
  return (terms, weight, scores) => {
    for (const term of terms) {
      const list = postings.get(term) ?? new Map<number, number>();
      const rarity = Math.log(1 + (documents.length - list.size + 0.5) / (list.size + 0.5));
      for (const [at, count] of list)
        scores[at]! +=
          (weight * rarity * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * documents[at]!.length) / average));
    }
  };
}

/** nDCG@10, averaged over the judged queries of one language. */
function measureRelevance(folder: string, language?: string): number {
  const read = (file: string) =>
    readLines(join(folder, file))
      .map((line) => JSON.parse(line) as Entry)
      .filter((entry) => language === undefined || entry.lang === language);
  const corpus = read('corpus.jsonl');
  const judged = Map.groupBy(
    readLines(join(folder, 'qrels.tsv'))
      .slice(1)
      .map((line) => line.split('\t')),
    ([query]) => query!,
  );
  const queries = read('queries.jsonl').filter(({ _id }) => judged.has(_id));
  const scorers = fields.map(({ ofDocument }) => createScorer(corpus.map(ofDocument)));
  let sum = 0;
  for (const query of queries) {
    const scores = new Float64Array(corpus.length);
    for (const [at, { ofQuery, weight }] of fields.entries()) scorers[at]!(ofQuery(query.text), weight, scores);
    const grades = new Map(judged.get(query._id)!.map(([, document, grade]) => [document!, Number(grade)]));
    const gain = (found: number[]) =>
      found.slice(0, 10).reduce((total, grade, rank) => total + grade / Math.log2(rank + 2), 0);
    const best = [...scores.keys()].filter((at) => scores[at]! > 0).sort((a, b) => scores[b]! - scores[a]!);
    sum += gain(best.map((at) => grades.get(corpus[at]!._id) ?? 0)) / gain([...grades.values()].sort((a, b) => b - a));
  }
  return sum / queries.length;
}

describeWithTestData('attack-blns', 'the big list of naughty strings', (folder) => {
  const strings = JSON.parse(readFileSync(join(folder, 'blns.json'), 'utf8')) as string[];

  it('folds the same with and without offsets, once and twice, composed and decomposed', () => {
    for (const text of strings) {
      const folded = fold(text);
      expect([text, foldWithOffsets(text).folded, fold(folded), fold(text.normalize('NFD'))]).toEqual([
        text,
        folded,
        folded,
        folded,
      ]);
    }
  });

  it('never brings markup through a highlight', () => {
    for (const text of strings)
      expect(highlight(text, findHighlightTerms(text)).replaceAll(/<\/?mark>/g, '')).not.toMatch(/[<>"']/);
  });

  it('gives slugs that stay as they are, and plain text', () => {
    for (const text of strings) {
      expect(slugify(slugify(text))).toBe(slugify(text));
      expect(slugify(text)).toMatch(/^[\p{L}\p{N}\p{M}-]*$/u);
      expect(stripHtml(text)).not.toMatch(/<script/i);
    }
  });
});

describeWithTestData('relevance-arabic-arcd', 'relevance of Arabic questions', (folder) => {
  it('finds their paragraphs', () => expect(measureRelevance(folder)).toBeGreaterThanOrEqual(0.865), 60_000);
});

describeWithTestData('relevance-arabic-xquad', 'relevance of the same questions in both languages', (folder) => {
  it(
    'finds their paragraphs in Arabic',
    () => expect(measureRelevance(folder, 'ar')).toBeGreaterThanOrEqual(0.955),
    60_000,
  );
  it(
    'finds their paragraphs in English',
    () => expect(measureRelevance(folder, 'en')).toBeGreaterThanOrEqual(0.972),
    60_000,
  );
});

describeWithTestData('relevance-cranfield', 'relevance of technical abstracts', (folder) => {
  it('finds what was judged relevant', () => expect(measureRelevance(folder)).toBeGreaterThanOrEqual(0.392), 60_000);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithTestData, eventually } from '@mediamesh/testing';
import { escapeHtml } from '@mediamesh/text';
import { PatientIndex } from './patient-index.builder.js';
import { buildProgram } from './public-document.builder.js';
import type { SearchIndex } from './search-index.js';

interface Entry {
  readonly _id: string;
  readonly title?: string;
  readonly text: string;
}

/** Judgement questions: the documents, the questions, and how good each document is for each question. */
export interface Judgement {
  readonly documents: readonly Entry[];
  readonly questions: readonly Entry[];
  readonly grades: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly language: string;
}

/** The sets of judged questions, and what the engine of one process reaches on each. */
const sets = [
  { folder: 'relevance-arabic-arcd', language: 'ar', prefix: '', atLeast: 0.855 },
  { folder: 'relevance-arabic-xquad', language: 'ar', prefix: 'ar-', atLeast: 0.95 },
  { folder: 'relevance-arabic-xquad', language: 'en', prefix: 'en-', atLeast: 0.97 },
  { folder: 'relevance-cranfield', language: 'en', prefix: '', atLeast: 0.385 },
] as const;

/** Describes a test for each set of judged questions, where outside data is. */
export function describeJudged(tests: (judged: () => Judgement, atLeast: number) => void): void {
  for (const { folder, language, prefix, atLeast } of sets) {
    describeWithTestData(folder, `the ranking of judged questions in ${language}, ${folder}`, (path) =>
      tests(() => readJudged(path, prefix, language), atLeast),
    );
  }
}

function readJudged(folder: string, prefix: string, language: string): Judgement {
  const lines = (file: string): string[] => readFileSync(join(folder, file), 'utf8').trim().split('\n');
  const entries = (file: string): Entry[] =>
    lines(file)
      .map((line) => JSON.parse(line) as Entry)
      .filter(({ _id }) => _id.startsWith(prefix));
  const grades = new Map<string, Map<string, number>>();
  for (const line of lines('qrels.tsv').slice(1)) {
    const [question = '', document = '', grade] = line.split('\t');
    grades.set(question, (grades.get(question) ?? new Map<string, number>()).set(document, Number(grade)));
  }
  return {
    documents: entries('corpus.jsonl'),
    questions: entries('queries.jsonl').filter(({ _id }) => grades.has(_id)),
    grades,
    language,
  };
}

/**
 * Fills an empty index with the documents and asks all questions: normalised discounted cumulative gain of the first
 * ten, the mean over all questions.
 */
export async function measureRanking(
  measured: SearchIndex,
  { documents, questions, grades, language }: Judgement,
): Promise<number> {
  const index = new PatientIndex(measured);
  await index.upsert(
    documents.map(({ _id, title, text }) =>
      buildProgram(_id, { [language]: [title || _id, `<p>${escapeHtml(text)}</p>`] }),
    ),
  );
  await eventually(
    () => index.count(),
    (count) => count === documents.length,
    'all documents are found',
  );
  const gain = (sorted: readonly number[]): number =>
    sorted.slice(0, 10).reduce((sum, grade, rank) => sum + (2 ** grade - 1) / Math.log2(rank + 2), 0);
  let sum = 0;
  for (const { _id, text } of questions) {
    const ofQuestion = grades.get(_id) ?? new Map<string, number>();
    const { hits } = await index.search({ text: text.slice(0, 500), filters: {}, limit: 10 });
    sum +=
      gain(hits.map(({ id }) => ofQuestion.get(id) ?? 0)) / gain([...ofQuestion.values()].toSorted((a, b) => b - a));
  }
  return sum / questions.length;
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { escapeHtml } from '@mediamesh/text';
import { describeWithTestData } from '@mediamesh/testing';
import { buildProgram } from '../public-document.builder.js';
import { SqliteSearchIndex } from './sqlite-search-index.js';

interface Entry {
  readonly _id: string;
  readonly title?: string;
  readonly text: string;
}

/** Judged questions: the documents, the questions, and how good each document is for each question. */
interface Judged {
  readonly documents: readonly Entry[];
  readonly questions: readonly Entry[];
  readonly grades: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

function readJudged(folder: string, prefix: string): Judged {
  const lines = (file: string): string[] => readFileSync(join(folder, file), 'utf8').trim().split('\n');
  const entries = (file: string): Entry[] => lines(file).map((line) => JSON.parse(line) as Entry).filter(({ _id }) => _id.startsWith(prefix));
  const grades = new Map<string, Map<string, number>>();
  for (const line of lines('qrels.tsv').slice(1)) {
    const [question = '', document = '', grade] = line.split('\t');
    grades.set(question, (grades.get(question) ?? new Map<string, number>()).set(document, Number(grade)));
  }
  return { documents: entries('corpus.jsonl'), questions: entries('queries.jsonl').filter(({ _id }) => grades.has(_id)), grades };
}

/** Normalised discounted cumulative gain of the first ten, the mean over all questions. */
async function measure(index: SqliteSearchIndex, { questions, grades }: Judged): Promise<number> {
  const gain = (sorted: readonly number[]): number => sorted.slice(0, 10).reduce((sum, grade, rank) => sum + (2 ** grade - 1) / Math.log2(rank + 2), 0);
  let sum = 0;
  for (const { _id, text } of questions) {
    const ofQuestion = grades.get(_id) ?? new Map<string, number>();
    const { hits } = await index.search({ text: text.slice(0, 500), filters: {}, limit: 10 });
    sum += gain(hits.map(({ id }) => ofQuestion.get(id) ?? 0)) / gain([...ofQuestion.values()].toSorted((a, b) => b - a));
  }
  return sum / questions.length;
}

for (const [folder, language, prefix, atLeast] of [
  ['relevance-arabic-arcd', 'ar', '', 0.855],
  ['relevance-arabic-xquad', 'ar', 'ar-', 0.95],
  ['relevance-arabic-xquad', 'en', 'en-', 0.97],
  ['relevance-cranfield', 'en', '', 0.385],
] as const) {
  describeWithTestData(folder, `the ranking of judged questions in ${language}, ${folder}`, (path) => {
    it(`reaches ${atLeast} nDCG@10`, async () => {
      const place = mkdtempSync(join(tmpdir(), 'relevance-'));
      const index = await SqliteSearchIndex.open(join(place, 'index.db'));
      try {
        const judged = readJudged(path, prefix);
        await index.upsert(judged.documents.map(({ _id, title, text }) => buildProgram(_id, { [language]: [title || _id, `<p>${escapeHtml(text)}</p>`] })));
        expect(await measure(index, judged)).toBeGreaterThanOrEqual(atLeast);
      } finally {
        await index.close();
        rmSync(place, { recursive: true });
      }
    }, 60_000);
  });
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeHtml } from '@mediamesh/text';
import { Editor, inParallel, searchIds } from '../editor.js';
import { MeshProcess } from '../mesh-process.js';
import { type Bench, type Goal, type Row, rowOf, Skipped } from '../row.js';
import { findTestData } from '../test-data.js';
import { awaitHandled } from '../settling.js';

interface Entry {
  readonly _id: string;
  readonly title?: string;
  readonly text: string;
}

/** Documents, queries, and the grade of each document for each query. */
interface Judged {
  readonly documents: readonly Entry[];
  readonly questions: readonly Entry[];
  readonly grades: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

interface Corpus {
  readonly name: string;
  readonly folder: string;
  readonly language: string;
  /** The prefix of ids in this language. */
  readonly prefix: string;
  readonly goal: Goal;
}
const better = 'higher' as const;
const corpora: readonly Corpus[] = [
  {
    name: 'ARCD, Arabic',
    folder: 'relevance-arabic-arcd',
    language: 'ar',
    prefix: '',
    goal: { better, must: 0.855, aim: 0.87 },
  },
  {
    name: 'XQuAD, Arabic',
    folder: 'relevance-arabic-xquad',
    language: 'ar',
    prefix: 'ar-',
    goal: { better, must: 0.95, aim: 0.96 },
  },
  {
    name: 'XQuAD, English',
    folder: 'relevance-arabic-xquad',
    language: 'en',
    prefix: 'en-',
    goal: { better, must: 0.97, aim: 0.975 },
  },
  {
    name: 'Cranfield, English',
    folder: 'relevance-cranfield',
    language: 'en',
    prefix: '',
    goal: { better, must: 0.385, aim: 0.4 },
  },
];
const longestQuestion = 500;
const depth = 10;

/** The quality of the first ten public search results, one mesh per corpus. Deterministic, so one round is enough. */
export async function measureRelevance(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const corpus of corpora) {
    try {
      rows.push(await measureCorpus(bench, corpus));
    } catch (error) {
      if (!(error instanceof Skipped)) throw error;
      bench.say(`${corpus.name} skipped: ${error.message}`);
    }
  }
  return rows;
}

async function measureCorpus(bench: Bench, { name, folder, language, prefix, goal }: Corpus): Promise<Row> {
  const { documents, questions, grades } = await readJudged(findTestData(folder), prefix);
  await using mesh = bench.keep(await MeshProcess.start());
  const editor = new Editor(mesh);
  const entries = new Map<string, string>(); // by program id
  await inParallel(documents, 8, async ({ _id, title, text }) => {
    const { id } = await editor.publishProgram({ [language]: { title: title || _id, description: escapeHtml(text) } });
    entries.set(id, _id);
  });
  await awaitHandled(mesh);
  let sum = 0;
  await inParallel(questions, 4, async ({ _id, text }) => {
    const ofQuestion = grades.get(_id) ?? new Map<string, number>();
    const ids = await searchIds(mesh, text.slice(0, longestQuestion), depth);
    sum +=
      gain(ids.map((id) => ofQuestion.get(entries.get(id) ?? '') ?? 0)) /
      gain([...ofQuestion.values()].toSorted((a, b) => b - a));
  });
  bench.say(
    `${name}: ${documents.length} documents, ${questions.length} questions, ${(sum / questions.length).toFixed(4)}`,
  );
  return rowOf(`nDCG@10 of ${name}`, '', [sum / questions.length], goal);
}

/** The usual gain of graded judgements, 2^grade − 1, discounted by rank. */
const gain = (grades: readonly number[]): number =>
  grades.slice(0, depth).reduce((sum, grade, rank) => sum + (2 ** grade - 1) / Math.log2(rank + 2), 0);

async function readJudged(folder: string, prefix: string): Promise<Judged> {
  const lines = async (file: string): Promise<string[]> =>
    (await readFile(join(folder, file), 'utf8')).trim().split('\n');
  const entries = async (file: string): Promise<Entry[]> =>
    (await lines(file)).map((line) => JSON.parse(line) as Entry).filter(({ _id }) => _id.startsWith(prefix));
  const grades = new Map<string, Map<string, number>>();
  for (const line of (await lines('qrels.tsv')).slice(1)) {
    const [question = '', document = '', grade] = line.split('\t');
    grades.set(question, (grades.get(question) ?? new Map<string, number>()).set(document, Number(grade)));
  }
  return {
    documents: await entries('corpus.jsonl'),
    questions: (await entries('queries.jsonl')).filter(({ _id }) => grades.has(_id)),
    grades,
  };
}

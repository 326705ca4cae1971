import { inParallel, searchIds } from '../editor.js';
import { GeneratedText } from '../generated-text.js';
import { Importer, type ImportItem } from '../importer.js';
import { MeshProcess, send } from '../mesh-process.js';
import { type Bench, median, type Row, rowOf } from '../row.js';
import { awaitHandled } from '../settling.js';

const documents = 100_000;
const programs = 100;
const perRound = 15;

/** Words by the number of documents that contain them. */
interface Class {
  readonly name: string;
  /** The range, as shares of all documents. */
  readonly from: number;
  readonly to: number;
  readonly words: 1 | 2;
}
const classes: readonly Class[] = [
  { name: 'common', from: 0.2, to: 0.5, words: 1 },
  { name: 'mid', from: 0.005, to: 0.009, words: 1 },
  { name: 'rare', from: 0.00005, to: 0.0002, words: 1 },
  { name: 'two common words', from: 0.2, to: 0.5, words: 2 },
];

/** Public searches over 100,000 documents of about 56 words, one at a time. */
export async function measureSearch(bench: Bench): Promise<Row[]> {
  await using mesh = bench.keep(await MeshProcess.start());
  const importer = new Importer(mesh);
  const text = new GeneratedText();
  const held = new Map<string, number>();
  const sources = [];
  for (let n = 0; n < programs; n++) sources.push(await importer.importProgram(`Program ${n}`));
  const started = performance.now();
  await inParallel(sources, 2, async (source, program) => {
    const items = Array.from({ length: documents / programs }, (_, n) => makeItem(text, held, program * 10_000 + n));
    await importer.importEpisodes(source, items);
    if (program % 20 === 0) bench.say(`${program} % after ${((performance.now() - started) / 1000).toFixed(0)} s`);
  });
  const imported = performance.now();
  await awaitHandled(mesh);
  bench.say(
    `100,000 documents: imported in ${((imported - started) / 1000).toFixed(0)} s, searchable ` +
      `${((performance.now() - imported) / 1000).toFixed(0)} s later`,
  );

  const questions = classes.map((one) => ({ ...one, asked: chooseQuestions(one, held) }));
  for (const { name, asked } of questions) bench.say(`${name}: ${asked.length} questions such as «${asked[0]}»`);
  const token = await mesh.serviceToken('search-service');
  const direct = (q: string): Promise<unknown> =>
    send('GET', `${mesh.urlOf('search-service')}/internal/v1/search?q=${encodeURIComponent(q)}&limit=20`, {
      headers: { 'x-service-authorization': `Bearer ${token}` },
    });
  const ways = { public: (q: string): Promise<unknown> => searchIds(mesh, q, 20), direct };
  const rounds = new Map<string, number[]>();
  const source = await importer.importProgram('Between the rounds');
  for (let round = -1; round < bench.rounds; round++) {
    for (const [way, ask] of Object.entries(ways)) {
      // changes the index, so that no cached list of an earlier round is used
      await importer.importEpisodes(source, [
        makeItem(text, held, 2_000_000 + round * 10 + (way === 'public' ? 0 : 1)),
      ]);
      await awaitHandled(mesh);
      for (const { name, asked } of questions) {
        const times: number[] = [];
        for (const question of asked) {
          const start = performance.now();
          await ask(question);
          times.push(performance.now() - start);
        }
        const key = `${way} ${name}`;
        if (round >= 0) rounds.set(key, [...(rounds.get(key) ?? []), median(times)]); // the first round is warm-up
      }
    }
  }
  const medians = (way: string): number[][] => classes.map(({ name }) => rounds.get(`${way} ${name}`) ?? []);
  const worst = (way: string): number[] =>
    Array.from({ length: bench.rounds }, (_, round) =>
      Math.max(...medians(way).map((times) => times[round] ?? Number.NaN)),
    );
  return [
    ...classes.map(({ name }) =>
      rowOf(`search at 100k documents, ${name}, p50`, 'ms', rounds.get(`public ${name}`) ?? []),
    ),
    rowOf('search at 100k documents, the worst of them, p50', 'ms', worst('public'), {
      better: 'lower',
      must: 20,
      aim: 8,
    }),
    rowOf('the same asked of search-service directly', 'ms', worst('direct')),
  ];
}

function makeItem(text: GeneratedText, held: Map<string, number>, n: number): ImportItem {
  const title = text.sentence(6);
  const description = text.sentence(50);
  for (const word of new Set(`${title} ${description}`.split(' '))) held.set(word, (held.get(word) ?? 0) + 1);
  return {
    key: `item-${n}`,
    content: {
      defaultLanguage: 'ar',
      localizations: { ar: { title, description } },
      releasedAt: new Date(Date.UTC(2010, 0, 1) + text.pick(6_000) * 86_400_000).toISOString(),
      link: `https://example.org/${n}`,
    },
  };
}

/** Distinct queries, so that none uses the cached list of another. */
function chooseQuestions({ from, to, words }: Class, held: ReadonlyMap<string, number>): string[] {
  const fitting = [...held]
    .filter(([, count]) => count >= from * documents && count <= to * documents)
    .map(([word]) => word);
  const step = Math.max(1, Math.floor(fitting.length / perRound));
  const chosen = fitting.filter((_, index) => index % step === 0).slice(0, perRound);
  return words === 1 ? chosen : chosen.map((word, index) => `${word} ${chosen[(index + 1) % chosen.length]}`);
}

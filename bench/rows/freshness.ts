import { setTimeout as pause } from 'node:timers/promises';
import { Editor, inParallel, searchIds } from '../editor.js';
import { MeshProcess } from '../mesh-process.js';
import { type Bench, median, quantile, type Row, rowOf } from '../row.js';
import { useServers } from '../servers.js';

const itemsIdle = 100;
const itemsBusy = 200;
const itemsOnServers = 60;
const writers = 8;
/** The poll interval in milliseconds. Without it polling would take CPU time from the measured process. */
const between = 1;

/** The time from the answer to a publication until a public search finds the item. */
export async function measureFreshness(bench: Bench): Promise<Row[]> {
  await using mesh = bench.keep(await MeshProcess.start());
  const idle = await measureRounds(bench, mesh, 'idle', itemsIdle, 1);
  const busy = await measureRounds(bench, mesh, `${writers} writers`, itemsBusy, writers);
  return [
    rowOf('publish acknowledged → searchable, idle, p50', 'ms', share(idle, 0.5)),
    rowOf('publish acknowledged → searchable, idle, p99', 'ms', share(idle, 0.99), {
      better: 'lower',
      must: 50,
      aim: 15,
    }),
    rowOf(`publish acknowledged → searchable, ${writers} writers, p50`, 'ms', share(busy, 0.5)),
    rowOf(`publish acknowledged → searchable, ${writers} writers, p99`, 'ms', share(busy, 0.99), {
      better: 'lower',
      must: 250,
      aim: 100,
    }),
  ];
}

/** The same with events on Kafka, and the index in SQLite or OpenSearch. */
export async function measureFreshnessOnServers(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [engine, servers, goal] of [
    ['SQLite', ['kafka'], { better: 'lower', must: 150, aim: 60 }],
    ['OpenSearch', ['kafka', 'opensearch'], { better: 'lower', must: 600, aim: 350 }],
  ] as const) {
    await using mesh = bench.keep(await MeshProcess.start(await useServers(...servers)));
    const idle = await measureRounds(bench, mesh, `Kafka and ${engine}`, itemsOnServers, 1);
    rows.push(
      rowOf(`publish → searchable, Kafka and ${engine}, idle, p50`, 'ms', share(idle, 0.5)),
      rowOf(`publish → searchable, Kafka and ${engine}, idle, p99`, 'ms', share(idle, 0.99), goal),
    );
  }
  return rows;
}

const share = (rounds: readonly number[][], part: number): number[] => rounds.map((delays) => quantile(delays, part));

/** The delays of each item of each round, after a warm-up round. */
async function measureRounds(
  bench: Bench,
  mesh: MeshProcess,
  kind: string,
  items: number,
  width: number,
): Promise<number[][]> {
  const editor = new Editor(mesh);
  const costs: number[] = [];
  const round = async (): Promise<number[]> => {
    const delays: number[] = [];
    await inParallel(
      Array.from({ length: items }),
      width,
      async () => void delays.push(await publishAndFind(mesh, editor, costs)),
    );
    return delays;
  };
  await round();
  costs.length = 0;
  const rounds = await repeat(bench.rounds, round);
  bench.say(
    `${kind}: ${(costs.length / (items * bench.rounds)).toFixed(1)} questions an item, ` +
      `${median(costs).toFixed(1)} ms each`,
  );
  return rounds;
}

/** Publishes a program and polls until it is found. Returns milliseconds; adds the time of each poll to `costs`. */
export async function publishAndFind(mesh: MeshProcess, editor: Editor, costs: number[] = []): Promise<number> {
  const word = makeWord();
  const { id, publishedAt } = await editor.publishProgram({
    en: { title: `The ${word} story`, description: `<p>Whatever ${word} means, here it is told.</p>` },
    ar: { title: `قصة ${word}` },
  });
  for (;;) {
    const asked = performance.now();
    const found = await searchIds(mesh, word, 1);
    const now = performance.now();
    costs.push(now - asked);
    if (found.includes(id)) return now - publishedAt;
    if (now - publishedAt > 30_000) throw new Error(`${id} was published, and is not found after 30 s`);
    await pause(between);
  }
}

async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let n = 0; n < times; n++) results.push(await work());
  return results;
}

/** A word that no other title contains. */
const makeWord = (): string =>
  `q${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => 'bcdfghjkmpvz'[byte % 12]).join('')}`;

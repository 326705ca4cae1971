import { setTimeout as pause } from 'node:timers/promises';
import { Editor, inParallel, searchIds } from '../editor.js';
import { MeshProcess } from '../mesh-process.js';
import { type Bench, median, quantile, type Row, rowOf } from '../row.js';

const itemsIdle = 100;
const itemsBusy = 200;
const writers = 8;
/** Between two questions: a loop without any would take the time of the very process it waits for. In milliseconds. */
const between = 1;

/** From the answer to a publishing until the first answer of the public search that contains the item. */
export async function measureFreshness(bench: Bench): Promise<Row[]> {
  await using mesh = bench.keep(await MeshProcess.start());
  const editor = new Editor(mesh);
  const costs: number[] = [];
  let polls = 0;
  const publishAndFind = async (): Promise<number> => {
    const word = makeWord();
    const { id, publishedAt } = await editor.publishProgram({ en: { title: `The ${word} story`, description: `<p>Whatever ${word} means, here it is told.</p>` }, ar: { title: `قصة ${word}` } });
    for (;;) {
      const asked = performance.now();
      const found = await searchIds(mesh, word, 1);
      const now = performance.now();
      costs.push(now - asked);
      polls++;
      if (found.includes(id)) return now - publishedAt;
      if (now - publishedAt > 30_000) throw new Error(`${id} was published, and is not found after 30 s`);
      await pause(between);
    }
  };
  const round = async (items: number, width: number): Promise<number[]> => {
    const delays: number[] = [];
    await inParallel(Array.from({ length: items }), width, async () => void delays.push(await publishAndFind()));
    return delays;
  };
  const describe = (kind: string, items: number): void => {
    bench.say(`${kind}: ${(polls / items).toFixed(1)} questions an item, ${median(costs).toFixed(1)} ms each`);
    costs.length = polls = 0;
  };

  await round(itemsIdle, 1);
  costs.length = polls = 0;
  const idle = await repeat(bench.rounds, () => round(itemsIdle, 1));
  describe('idle', itemsIdle * bench.rounds);
  await round(itemsBusy, writers);
  costs.length = polls = 0;
  const busy = await repeat(bench.rounds, () => round(itemsBusy, writers));
  describe(`${writers} writers`, itemsBusy * bench.rounds);
  const p = (rounds: readonly number[][], share: number): number[] => rounds.map((delays) => quantile(delays, share));
  return [
    rowOf('publish acknowledged → searchable, idle, p50', 'ms', p(idle, 0.5)),
    rowOf('publish acknowledged → searchable, idle, p99', 'ms', p(idle, 0.99), { better: 'lower', must: 50, aim: 15 }),
    rowOf(`publish acknowledged → searchable, ${writers} writers, p50`, 'ms', p(busy, 0.5)),
    rowOf(`publish acknowledged → searchable, ${writers} writers, p99`, 'ms', p(busy, 0.99), { better: 'lower', must: 250, aim: 100 }),
  ];
}

async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let n = 0; n < times; n++) results.push(await work());
  return results;
}

/** A word that no other title holds. */
const makeWord = (): string => `q${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => 'bcdfghjkmpvz'[byte % 12]).join('')}`;

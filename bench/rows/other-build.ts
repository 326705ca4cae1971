import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Source } from '@mediamesh/contracts';
import { Editor, searchIds } from '../editor.js';
import { GeneratedText } from '../generated-text.js';
import { measureLoad } from '../http-load.js';
import { MeshProcess } from '../mesh-process.js';
import { publishPrograms } from '../published-programs.js';
import { type Bench, median, type Row, rowOf, Skipped } from '../row.js';
import { awaitHandled } from '../settling.js';
import { publishAndFind } from './freshness.js';
import { count, importFeed, makeFeed } from './import.js';

const load = { connections: 16, seconds: 1 };
const programs = 30;
const patches = 60;
const questions = 40;

/** One of the two meshes, with what the figures need. */
interface Build {
  readonly mesh: MeshProcess;
  readonly editor: Editor;
  readonly text: GeneratedText;
  /** A public program, which is patched. */
  readonly id: string;
}

/** Milliseconds in one round; lower is better. */
type Figure = (build: Build) => Promise<number>;

const figures: Readonly<Record<string, Figure>> = {
  'publish acknowledged → searchable, p50': async ({ mesh, editor }) => {
    const delays: number[] = [];
    for (let n = 0; n < programs; n++) delays.push(await publishAndFind(mesh, editor));
    return median(delays);
  },
  'import, an item': async ({ editor, text }) => {
    const source = await editor.send<Source>('POST', '/ingest/sources', {
      body: { kind: 'rss', name: 'Two builds', publish: 'when_ready' },
    });
    const feed = makeFeed(text);
    const start = performance.now();
    await importFeed(editor, source, feed);
    return (performance.now() - start) / count;
  },
  'page of a program, a request': ({ mesh, id }) => perRequest(mesh, `/programs/${id}`),
  'list of 20 programs, a request': ({ mesh }) => perRequest(mesh, '/programs?limit=20'),
  'search, p50': ({ mesh, text }) => medianOf(questions, () => searchIds(mesh, text.word(), 20)),
  'patch of a title, p50': ({ editor, text, id }) =>
    medianOf(patches, () =>
      editor.send('PATCH', `/cms/programs/${id}`, {
        body: { localizations: { en: { title: text.sentence(6) } } },
        headers: { 'if-match': '*' },
      }),
    ),
};

/** Compares this build with another built checkout: both meshes do the same work in turns. */
export async function measureOtherBuild(bench: Bench): Promise<Row[]> {
  if (bench.against === undefined) throw new Skipped('--against names no other build');
  const other = resolve(bench.against);
  if (!existsSync(join(other, 'dist/apps/all-in-one/src/main.js'))) throw new Error(`${other} is not built`);
  const ours = await openBuild(bench);
  const theirs = await openBuild(bench, other);
  const rows: Row[] = [];
  for (const [what, figure] of Object.entries(figures)) {
    const rounds: { ours: number; theirs: number }[] = [];
    const measure = async (build: Build): Promise<number> => {
      // neither mesh may still be handling what an earlier figure published
      await Promise.all([ours, theirs].map(({ mesh }) => awaitHandled(mesh)));
      return figure(build);
    };
    for (let round = -1; round < bench.rounds; round++) {
      // whoever comes first in one round comes second in the next
      const first = round % 2 === 0 ? await measure(ours) : undefined;
      const second = await measure(theirs);
      const cost = { ours: first ?? (await measure(ours)), theirs: second };
      if (round >= 0) rounds.push(cost); // the first one warms
    }
    const of = (side: 'ours' | 'theirs'): number => median(rounds.map((round) => round[side]));
    bench.say(`${what}: ${of('ours').toFixed(2)} ms, the other build ${of('theirs').toFixed(2)} ms`);
    rows.push(
      rowOf(
        `${what} ÷ the other build`,
        '',
        rounds.map((round) => round.ours / round.theirs),
        { better: 'lower', must: 1.1, aim: 1 },
      ),
    );
  }
  await ours.mesh[Symbol.asyncDispose]();
  await theirs.mesh[Symbol.asyncDispose]();
  return rows;
}

async function openBuild(bench: Bench, build?: string): Promise<Build> {
  const mesh = bench.keep(await MeshProcess.start({}, build));
  return { mesh, editor: new Editor(mesh), text: new GeneratedText({ size: 5_000 }), id: await publishPrograms(mesh) };
}

async function perRequest(mesh: MeshProcess, path: string): Promise<number> {
  return 1_000 / (await measureLoad({ url: `${mesh.file.discovery}/api/v1/discovery${path}` }, load)).rate;
}

async function medianOf(times: number, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < times; n++) {
    const start = performance.now();
    await work();
    took.push(performance.now() - start);
  }
  return median(took);
}

import { Editor } from '../editor.js';
import { MeshProcess } from '../mesh-process.js';
import { type Bench, quantile, type Row, rowOf } from '../row.js';

const patches = 200;

/** PATCH of a program compared with GET: both pass the same services, so the ratio is the cost of the write. */
export async function measurePatch(bench: Bench): Promise<Row[]> {
  await using mesh = bench.keep(await MeshProcess.start());
  const editor = new Editor(mesh);
  const { id } = await editor.send<{ id: string }>('POST', '/cms/programs', {
    body: { type: 'podcast', category: 'society', defaultLanguage: 'en', localizations: { en: { title: 'A story' } } },
  });
  let count = 0;
  const patch = (): Promise<unknown> =>
    editor.send('PATCH', `/cms/programs/${id}`, {
      headers: { 'if-match': '*' },
      body: { localizations: { en: { description: `<p>Words, for the time number ${++count}.</p>` } } },
    });
  const read = (): Promise<unknown> => editor.send('GET', `/cms/programs/${id}`);
  const round = async (): Promise<{ patched: number; read: number }> => {
    const patched: number[] = [];
    const reads: number[] = [];
    for (let n = 0; n < patches; n++) {
      patched.push(await timeOf(patch));
      reads.push(await timeOf(read));
    }
    return { patched: quantile(patched, 0.5), read: quantile(reads, 0.5) };
  };
  await round(); // warm-up
  const rounds: { patched: number; read: number }[] = [];
  for (let n = 0; n < bench.rounds; n++) rounds.push(await round());
  return [
    rowOf(
      'PATCH of a program, p50',
      'ms',
      rounds.map(({ patched }) => patched),
    ),
    rowOf(
      'PATCH of a program ÷ reading it, p50',
      '',
      rounds.map(({ patched, read }) => patched / read),
    ),
  ];
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

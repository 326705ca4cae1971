import { Editor } from '../editor.js';
import { GeneratedText } from '../generated-text.js';
import { measureRate, type Target } from '../http-load.js';
import { MeshProcess, send } from '../mesh-process.js';
import { type Bench, type Row, rowOf } from '../row.js';

const programs = 40;
const load = { connections: 16, seconds: 2 };

/** A public page through gateway and service, against the same page of the service itself; nothing is cached, nine apps share one process. */
export async function measureGateway(bench: Bench): Promise<Row[]> {
  await using mesh = bench.keep(await MeshProcess.start());
  const editor = new Editor(mesh);
  const text = new GeneratedText({ size: 5_000 });
  let id = '';
  for (let n = 0; n < programs; n++) {
    const about = (): { title: string; description: string } => ({ title: text.sentence(6), description: `<p>${text.sentence(60)}</p>` });
    ({ id } = await editor.publishProgram({ ar: about(), en: about() }));
  }
  const headers = { 'x-service-authorization': `Bearer ${await mesh.serviceToken('discovery-service')}` };
  const pairOf = (path: string): Pair => ({
    direct: { url: `${mesh.urlOf('discovery-service')}/internal/v1${path}`, headers },
    through: { url: `${mesh.file.discovery}/api/v1/discovery${path}` },
  });
  await appears(mesh, id);
  const page = await compare(bench, 'a program', pairOf(`/programs/${id}`));
  const list = await compare(bench, 'a list of 20 programs', pairOf('/programs?limit=20'));
  return [
    rowOf('uncached page of a program, through the gateway', 'req/s', page.through),
    rowOf('uncached page of a program ÷ the service called directly', '', page.ratios, { better: 'higher', must: 0.5, aim: 0.6 }),
    rowOf('uncached list of 20 programs, through the gateway', 'req/s', list.through),
    rowOf('uncached list of 20 programs ÷ the service called directly', '', list.ratios, { better: 'higher', must: 0.5, aim: 0.6 }),
  ];
}

interface Pair {
  readonly direct: Target;
  readonly through: Target;
}

/** Alternates the two, so that what disturbs the machine disturbs both. */
async function compare(bench: Bench, what: string, { direct, through }: Pair): Promise<{ ratios: number[]; through: number[] }> {
  for (const target of [direct, through]) await measureRate(target, load); // warm
  const rates: { direct: number; through: number }[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    // whoever comes first in one round comes second in the next
    const first = round % 2 === 0 ? direct : through;
    const second = first === direct ? through : direct;
    const pair = [await measureRate(first, load), await measureRate(second, load)] as const;
    rates.push(first === direct ? { direct: pair[0], through: pair[1] } : { direct: pair[1], through: pair[0] });
  }
  bench.say(`${what}: directly ${rates.map((rate) => rate.direct.toFixed(0)).join(' ')}, through the gateway ${rates.map((rate) => rate.through.toFixed(0)).join(' ')} req/s`);
  return { ratios: rates.map((rate) => rate.through / rate.direct), through: rates.map((rate) => rate.through) };
}

async function appears(mesh: MeshProcess, id: string): Promise<void> {
  const url = `${mesh.file.discovery}/api/v1/discovery/programs/${id}`;
  for (const end = performance.now() + 10_000; ; ) {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    if (answer.ok) return;
    if (performance.now() > end) return void (await send('GET', url));
  }
}

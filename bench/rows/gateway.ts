import { measureLoad, type Target } from '../http-load.js';
import { MeshProcess } from '../mesh-process.js';
import { readComputing } from '../process-figures.js';
import { publishPrograms } from '../published-programs.js';
import { type Bench, median, type Row, rowOf } from '../row.js';

const load = { connections: 16, seconds: 2 };

/** A public page through gateway and service, compared with the service alone. Uncached, all apps in one process. */
export async function measureGateway(bench: Bench): Promise<Row[]> {
  await using mesh = bench.keep(await MeshProcess.start());
  const id = await publishPrograms(mesh);
  const headers = { 'x-service-authorization': `Bearer ${await mesh.serviceToken('discovery-service')}` };
  const pairOf = (path: string): Pair => ({
    direct: { url: `${mesh.urlOf('discovery-service')}/internal/v1${path}`, headers },
    through: { url: `${mesh.file.discovery}/api/v1/discovery${path}` },
  });
  const page = await compare(bench, mesh, 'a program', pairOf(`/programs/${id}`));
  const list = await compare(bench, mesh, 'a list of 20 programs', pairOf('/programs?limit=20'));
  return [
    rowOf('uncached page of a program, through the gateway', 'req/s', page.through),
    rowOf('uncached page of a program ÷ the service called directly', '', page.ratios, {
      better: 'higher',
      must: 0.5,
      aim: 0.6,
    }),
    rowOf('uncached list of 20 programs, through the gateway', 'req/s', list.through),
    rowOf('uncached list of 20 programs ÷ the service called directly', '', list.ratios, {
      better: 'higher',
      must: 0.5,
      aim: 0.6,
    }),
  ];
}

interface Pair {
  readonly direct: Target;
  readonly through: Target;
}

interface Sample {
  /** Requests per second. */
  readonly rate: number;
  /** CPU time of the mesh's process per request, in milliseconds. */
  readonly computed: number;
}

/** Alternates the two, so that disturbances of the machine affect both. */
async function compare(
  bench: Bench,
  mesh: MeshProcess,
  what: string,
  { direct, through }: Pair,
): Promise<{ ratios: number[]; through: number[] }> {
  const measure = async (target: Target): Promise<Sample> => {
    const before = await readComputing(mesh.file.pid);
    const { rate, answers } = await measureLoad(target, load);
    return { rate, computed: ((await readComputing(mesh.file.pid)) - before) / answers };
  };
  for (const target of [direct, through]) await measure(target); // warm-up
  const rounds: { direct: Sample; through: Sample }[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    // alternate the order
    if (round % 2 === 0) rounds.push({ direct: await measure(direct), through: await measure(through) });
    else rounds.push({ through: await measure(through), direct: await measure(direct) });
  }
  const of = (way: 'direct' | 'through', figure: keyof Sample): number[] => rounds.map((one) => one[way][figure]);
  bench.say(
    `${what}: directly ${median(of('direct', 'rate')).toFixed(0)} req/s of ` +
      `${median(of('direct', 'computed')).toFixed(2)} ms, through the gateway ` +
      `${median(of('through', 'rate')).toFixed(0)} req/s of ${median(of('through', 'computed')).toFixed(2)} ms`,
  );
  return { ratios: rounds.map((one) => one.through.rate / one.direct.rate), through: of('through', 'rate') };
}

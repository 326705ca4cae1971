import { measureLoad } from '../http-load.js';
import { MeshProcess } from '../mesh-process.js';
import { publishPrograms } from '../published-programs.js';
import { type Bench, type Goal, type Row, rowOf } from '../row.js';
import { useServers } from '../servers.js';

const load = { connections: 16, seconds: 2 };

/** A public page of a mesh with limits in Redis, compared with limits in memory. */
export async function measureRedisLimits(bench: Bench): Promise<Row[]> {
  const ratios = await compareMeshes(bench, await useServers('redis'), (id) => `/programs/${id}`);
  return [
    rowOf('page through the gateway: limit in Redis ÷ limit in memory', '', ratios, {
      better: 'higher',
      must: 0.75,
      aim: 0.9,
    } satisfies Goal),
  ];
}

/** A list of 20 programs from DynamoDB, compared with PostgreSQL. The local DynamoDB is an emulator, so no goal. */
export async function measureDynamoCatalogue(bench: Bench): Promise<Row[]> {
  const ratios = await compareMeshes(bench, await useServers('dynamodb'), () => '/programs?limit=20');
  return [rowOf('catalogue page: DynamoDB (local emulator) ÷ PostgreSQL', '', ratios)];
}

/** The rate of a mesh divided by that of a default one, measured in turns. */
async function compareMeshes(
  bench: Bench,
  environment: Readonly<Record<string, string>>,
  pathOf: (id: string) => string,
): Promise<number[]> {
  await using other = bench.keep(await MeshProcess.start(environment));
  await using plain = bench.keep(await MeshProcess.start());
  const [otherUrl, plainUrl] = [await findPage(other, pathOf), await findPage(plain, pathOf)];
  const measure = async (url: string): Promise<number> => (await measureLoad({ url }, load)).rate;
  for (const url of [otherUrl, plainUrl]) await measure(url); // warm-up
  const ratios: number[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    const order = round % 2 === 0 ? [otherUrl, plainUrl] : [plainUrl, otherUrl];
    const rates = new Map<string, number>();
    for (const url of order) rates.set(url, await measure(url));
    ratios.push((rates.get(otherUrl) ?? Number.NaN) / (rates.get(plainUrl) ?? Number.NaN));
  }
  return ratios;
}

const findPage = async (mesh: MeshProcess, pathOf: (id: string) => string): Promise<string> =>
  `${mesh.file.discovery}/api/v1/discovery${pathOf(await publishPrograms(mesh))}`;

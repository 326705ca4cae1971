import { join } from 'node:path';
import { Editor, searchIds } from '../editor.js';
import { GeneratedText } from '../generated-text.js';
import { Importer } from '../importer.js';
import { MeshProcess, root, send } from '../mesh-process.js';
import { type Bench, median, type Row, rowOf } from '../row.js';
import { useServers } from '../servers.js';
import { awaitHandled } from '../settling.js';

/** Parts of the adapter, to compare it with the engine alone. */
interface Measured {
  describeQuery(text: string): object;
  measureBulk(options: {
    url: string;
    documents: readonly { id: string; title: string; description: string }[];
    rounds: number;
  }): Promise<{ ours: number[]; direct: number[] }>;
}

const documents = 5_000;
const questions = 40;
const bulkDocuments = 4_000;

/** Word queries through search-service, and bulk indexing by the adapter, each compared with OpenSearch alone. */
export async function measureOpenSearch(bench: Bench): Promise<Row[]> {
  const environment = await useServers('opensearch');
  const { OPENSEARCH_URL: url = '', OPENSEARCH_INDEX: alias = '' } = environment;
  const adapter = (await import(
    join(root, 'dist/apps/search-service/src/search-index/opensearch/opensearch.bench.js')
  )) as Measured;
  await using mesh = bench.keep(await MeshProcess.start(environment));
  const text = new GeneratedText();
  const importer = new Importer(mesh);
  const source = await importer.importProgram('Everything');
  await importer.importEpisodes(
    source,
    Array.from({ length: documents }, (_, n) => ({
      key: `item-${n}`,
      content: {
        defaultLanguage: 'ar',
        localizations: { ar: { title: text.sentence(6), description: text.sentence(50) } },
        releasedAt: '2026-01-01T00:00:00.000Z',
        link: `https://example.org/${n}`,
      },
    })),
  );
  await awaitHandled(mesh);
  const { id } = await new Editor(mesh).publishProgram({ en: { title: 'the last of them' } });
  while (!(await searchIds(mesh, 'last')).includes(id)) await new Promise((resolve) => setTimeout(resolve, 50));

  const token = await mesh.serviceToken('search-service');
  const ours = (q: string): Promise<unknown> =>
    send('GET', `${mesh.urlOf('search-service')}/internal/v1/search?q=${encodeURIComponent(q)}&limit=20`, {
      headers: { 'x-service-authorization': `Bearer ${token}` },
    });
  const direct = (q: string): Promise<unknown> =>
    send('POST', `${url}/${alias}/_search`, { body: adapter.describeQuery(q) });
  const asked = Array.from({ length: questions }, () => text.sentence(2));
  const times = async (ask: (q: string) => Promise<unknown>): Promise<number> => {
    const taken: number[] = [];
    for (const question of asked) {
      const start = performance.now();
      await ask(question);
      taken.push(performance.now() - start);
    }
    return median(taken);
  };
  for (const ask of [ours, direct]) await times(ask); // warm-up
  const pairs: { ours: number; direct: number }[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    if (round % 2 === 0) pairs.push({ ours: await times(ours), direct: await times(direct) });
    else pairs.push({ direct: await times(direct), ours: await times(ours) });
  }
  const made = Array.from({ length: bulkDocuments }, (_, n) => ({
    id: `bulk-${n}`,
    title: text.sentence(6),
    description: text.sentence(50),
  }));
  const bulk = await adapter.measureBulk({ url, documents: made, rounds: bench.rounds });
  return [
    rowOf(
      'OpenSearch query through search-service, p50',
      'ms',
      pairs.map((pair) => pair.ours),
    ),
    rowOf(
      'OpenSearch query p50: asked directly ÷ through search-service',
      '',
      pairs.map((pair) => pair.direct / pair.ours),
      { better: 'higher', must: 0.7, aim: 0.85 },
    ),
    rowOf('bulk indexing into OpenSearch by the adapter', 'docs/s', bulk.ours),
    rowOf(
      'bulk indexing: the adapter ÷ its bulk API with the same documents',
      '',
      bulk.ours.map((rate, at) => rate / (bulk.direct[at] ?? Number.NaN)),
      { better: 'higher', must: 0.7, aim: 0.85 },
    ),
  ];
}

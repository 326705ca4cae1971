import { randomBytes } from 'node:crypto';
import { silentLogger } from '@mediamesh/observability';
import { createStemmer } from '@mediamesh/text';
import { buildEpisode } from '../public-document.builder.js';
import { OpenSearchEngine, patience } from './engine.js';
import { describeDocument } from './index-documents.js';
import { bulkBounds } from './index-writer.js';
import { OpenSearchResource } from './opensearch-resource.js';
import { OpenSearchIndex } from './opensearch-search-index.js';
import { describeHits } from './searches.js';
import { buildTextQuery } from './text-query.js';

/** The very request that a first page of 20 hits sends to OpenSearch. */
export function describeQuery(text: string): object {
  const query = buildTextQuery(text);
  if (!query) throw new Error('The question has no word');
  return describeHits(query, {}, 20);
}

/**
 * Documents a second into a fresh index: by the adapter, and by bulks of the same size that were written down before,
 * as many at once. In turns.
 */
export async function measureBulk({
  url,
  documents,
  rounds,
}: {
  url: string;
  documents: readonly { id: string; title: string; description: string }[];
  rounds: number;
}): Promise<{ ours: number[]; direct: number[] }> {
  const publics = documents.map(({ id, title, description }) => buildEpisode(id, { ar: [title, description] }));
  const stem = createStemmer();
  const entries = publics.map((document) => describeDocument(document, stem));
  const ours: number[] = [];
  const direct: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const order = round % 2 === 0 ? (['ours', 'direct'] as const) : (['direct', 'ours'] as const);
    for (const way of order) {
      const rate = await onFreshIndex(url, (engine, index, alias) =>
        way === 'ours' ? index.upsert(publics) : sendBulks(engine, alias, entries),
      ).then((seconds) => documents.length / seconds);
      if (round >= 0) (way === 'ours' ? ours : direct).push(rate); // the first warms
    }
  }
  return { ours, direct };
}

async function onFreshIndex(
  url: string,
  work: (engine: OpenSearchEngine, index: OpenSearchIndex, alias: string) => Promise<void>,
): Promise<number> {
  const alias = `bench-${randomBytes(4).toString('hex')}`;
  const options = { url, alias, refreshMs: 200, replicas: 0, logger: silentLogger };
  const engine = new OpenSearchEngine({ url });
  const resource = new OpenSearchResource(options);
  const index = new OpenSearchIndex(options);
  try {
    await resource.prepare();
    const started = performance.now();
    await work(engine, index, alias);
    return (performance.now() - started) / 1_000;
  } finally {
    await engine.send({ method: 'DELETE', path: `/${alias}-*`, patience: patience.shape, expect: [404] });
    await Promise.all([index.close(), resource.close(), engine.close()]);
  }
}

async function sendBulks(
  engine: OpenSearchEngine,
  alias: string,
  entries: readonly { id: string; revision: number; source: string }[],
): Promise<void> {
  const bulks: string[] = [];
  for (let at = 0; at < entries.length; at += bulkBounds.entries) {
    bulks.push(
      entries
        .slice(at, at + bulkBounds.entries)
        .map(
          ({ id, revision, source }) =>
            JSON.stringify({ index: { _index: alias, _id: id, version: revision, version_type: 'external' } }) +
            `\n${source}\n`,
        )
        .join(''),
    );
  }
  const sendNext = async (): Promise<void> => {
    for (let lines = bulks.shift(); lines !== undefined; lines = bulks.shift()) {
      await engine.send({
        method: 'POST',
        path: '/_bulk',
        query: { require_alias: true, filter_path: 'errors,items.*.status' },
        lines,
        patience: patience.write,
      });
    }
  };
  await Promise.all([sendNext(), sendNext()]);
}

import { eventually, type TestBody } from '@mediamesh/testing';
import type { MeshClient } from './mesh-client.js';

export const hasEnded = ({ status }: TestBody): boolean => status === 'completed' || status === 'failed';

type Policy = 'draft' | 'when_ready';

/** Makes a source, which publishes what is ready unless told otherwise, and answers its id. */
export async function createSource(mesh: MeshClient, url: string, publish: Policy = 'when_ready'): Promise<string> {
  const { status, body, isRepeated } = await mesh.editors('POST', '/ingest/sources', {
    body: { kind: 'rss', url, publish },
  });
  if (isRepeated && body.code === 'source.url_taken')
    return (await mesh.editors('GET', `/ingest/sources?url=${encodeURIComponent(url)}`)).body.items[0].id as string;
  if (status !== 201) throw new Error(`no source: ${JSON.stringify(body)}`);
  return body.id as string;
}

/** Starts a run of a source, under another policy than its own if one is given, and answers its id. */
export async function startRun(mesh: MeshClient, sourceId: string, publish?: Policy): Promise<string> {
  const { status, body, isRepeated } = await mesh.editors(
    'POST',
    `/ingest/sources/${sourceId}/runs${publish ? `?publish=${publish}` : ''}`,
  );
  if (isRepeated && body.code === 'run.already_running') return (await lastRun(mesh, sourceId)).id as string;
  if (status !== 202) throw new Error(`no run: ${JSON.stringify(body)}`);
  return body.id as string;
}

export const lastRun = async (mesh: MeshClient, sourceId: string): Promise<TestBody> =>
  (await mesh.editors('GET', `/ingest/runs?sourceId=${sourceId}&limit=1`)).body.items[0];

/** Runs a source to its end. */
export async function runSource(mesh: MeshClient, sourceId: string, publish?: Policy): Promise<TestBody> {
  const id = await startRun(mesh, sourceId, publish);
  return eventually(async () => (await mesh.editors('GET', `/ingest/runs/${id}`)).body, hasEnded, 'the run ends', {
    timeoutMs: 60_000,
  });
}

/** Every row of a list of either gateway. */
export async function everyPage(read: (query: string) => Promise<{ body: TestBody }>): Promise<TestBody[]> {
  const rows: TestBody[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await read(`?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    rows.push(...(body.items as TestBody[]));
    cursor = body.next as string | null;
  }
  return rows;
}

/** How many items are in some outcome. */
export const sumOf = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

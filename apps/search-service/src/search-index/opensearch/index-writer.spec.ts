import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { OpenSearchEngine } from './engine.js';
import { IndexWriter } from './index-writer.js';

/** How a stand-in for OpenSearch answers a bulk of these ids. */
type Bulk = (ids: readonly string[]) => { status: number; body: object };

describe('bulks', () => {
  let server: Server;
  let engine: OpenSearchEngine;
  afterEach(async () => {
    await engine.close();
    server.close();
  });

  const openWriter = async (answer: Bulk): Promise<IndexWriter> => {
    server = createServer(async (request, response) => {
      const actions = (await text(request))
        .trim()
        .split('\n')
        .filter((_, line) => line % 2 === 0);
      const { status, body } = answer(
        actions.map((action) => (JSON.parse(action) as { index: { _id: string } }).index._id),
      );
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    engine = new OpenSearchEngine({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    return new IndexWriter(engine, () => Promise.resolve(['things']));
  };
  const write = (writer: IndexWriter, ids: readonly string[]) =>
    Promise.allSettled(ids.map((id) => writer.write([() => ({ id, revision: 1, source: '{}' })])));
  const kinds = (outcomes: PromiseSettledResult<void>[]) =>
    outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? 'written' : ((outcome.reason as { kind?: string }).kind ?? 'refused'),
    );
  const taken = { status: 200, body: { errors: false } };

  it('that are too large are sent in pieces, and a document that alone is too large delays no other', async () => {
    const writer = await openWriter((ids) =>
      ids.length > 1 || ids.includes('huge') ? { status: 413, body: {} } : taken,
    );
    expect(kinds(await write(writer, ['a', 'huge', 'b']))).toEqual(['written', 'refused', 'written']);
  });

  it('wait where the server has too much to do, as a whole or for one entry', async () => {
    const busy = await openWriter(() => ({ status: 429, body: { error: { type: 'circuit_breaking_exception' } } }));
    expect(kinds(await write(busy, ['a', 'b']))).toEqual(['unavailable', 'unavailable']);
    await engine.close();
    server.close();
    const item = (id: string) => ({
      index:
        id === 'late' ? { status: 429, error: { type: 'opensearch_rejected_execution_exception' } } : { status: 201 },
    });
    const partly = await openWriter((ids) => ({ status: 200, body: { errors: true, items: ids.map(item) } }));
    expect(kinds(await write(partly, ['a', 'late', 'b']))).toEqual(['written', 'unavailable', 'written']);
  });

  it('wait where an answer names fewer entries than were sent', async () => {
    const writer = await openWriter(() => ({ status: 200, body: { errors: true, items: [] } }));
    expect(kinds(await write(writer, ['a']))).toEqual(['unavailable']);
  });
});

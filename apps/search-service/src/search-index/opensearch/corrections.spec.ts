import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { findCorrection } from './corrections.js';
import { OpenSearchEngine } from './engine.js';

/** What a question of one mistyped word becomes where every look for a near word takes `lookMs`, and only the last of five is found; and how many looks there were. */
async function correct(lookMs: number): Promise<{ correction: string | undefined; looks: number }> {
  const near = ['coffea', 'coffef', 'coffeg', 'coffeh', 'coffee'];
  let [now, looks] = [0, 0];
  const server = createServer(async (request, response) => {
    const asked = (await json(request)) as { suggest?: object };
    looks += asked.suggest ? 0 : 1;
    now += asked.suggest ? 0 : lookMs;
    const options = near.map((text, at) => ({ text, freq: 9 - at }));
    const found = looks < near.length ? [] : [{ _id: '1', _source: { others: ['Coffée time'] } }];
    const body = asked.suggest ? { hits: { hits: [] }, suggest: { v0: [{ options }] } } : { hits: { hits: found } };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const engine = new OpenSearchEngine({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  try {
    return { correction: await findCorrection('coffex', { engine, alias: 'things', filters: {}, clock: () => now }), looks };
  } finally {
    await engine.close();
    server.close();
  }
}

describe('a correction', () => {
  it('is the first of the near words that is found, as it is spelled there', async () => {
    expect(await correct(100)).toEqual({ correction: 'coffée', looks: 5 });
  });

  it('is none where looking for it takes more than a second', async () => {
    expect(await correct(600)).toEqual({ correction: undefined, looks: 2 });
  });
});

import { describe, expect, it } from '@jest/globals';
import { AnsweringEngine } from './answering-engine.builder.js';
import { findCorrection } from './corrections.js';

/**
 * What a question of one mistyped word becomes where a second is left, every look for a near word takes `lookMs`, and
 * only the last of five is found; how many looks there were, and how many milliseconds each request was given.
 */
async function correct(lookMs: number): Promise<{ correction: string | undefined; looks: number; given: number[] }> {
  const near = ['coffea', 'coffef', 'coffeg', 'coffeh', 'coffee'];
  let [now, looks] = [0, 0];
  const engine = new AnsweringEngine(({ body }) => {
    if (body && 'suggest' in body)
      return { hits: { hits: [] }, suggest: { v0: [{ options: near.map((text, at) => ({ text, freq: 9 - at })) }] } };
    looks += 1;
    now += lookMs;
    return { hits: { hits: looks < near.length ? [] : [{ _id: '1', _source: { others: ['Coffée time'] } }] } };
  });
  const correction = await findCorrection('coffex', {
    engine,
    alias: 'things',
    filters: {},
    end: 1_000,
    clock: () => now,
  });
  return { correction, looks, given: engine.asked.map(({ patience }) => patience) };
}

describe('a correction', () => {
  it('is the first of the near words that is found, as it is spelled there', async () => {
    expect(await correct(100)).toMatchObject({ correction: 'coffée', looks: 5 });
  });

  it('is none where looking for it takes longer than there is time', async () => {
    expect(await correct(600)).toMatchObject({ correction: undefined, looks: 2 });
  });

  it('waits for no request longer than there is time', async () => {
    expect(await correct(300)).toMatchObject({ correction: undefined, given: [1_000, 1_000, 700, 400, 100] });
  });
});

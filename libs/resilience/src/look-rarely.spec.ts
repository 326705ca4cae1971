import { describe, expect, it } from '@jest/globals';
import { lookRarely } from './look-rarely.js';

describe('a look that is taken rarely', () => {
  function arrange() {
    const state = { now: 0, looks: 0, found: [] as string[] };
    const look = () => {
      state.looks += 1;
      return Promise.resolve(state.found);
    };
    return { state, ask: lookRarely(15_000, look, () => state.now) };
  }

  it('is not taken again for a while after it found nothing, and then anew', async () => {
    const { state, ask } = arrange();
    await ask();
    state.found = ['a topic is missing'];
    state.now = 14_999;
    expect([await ask(), state.looks]).toEqual([[], 1]);
    state.now = 15_000;
    expect([await ask(), state.looks]).toEqual([['a topic is missing'], 2]);
  });

  it('is taken anew each time while it finds something', async () => {
    const { state, ask } = arrange();
    state.found = ['a topic is missing'];
    await ask();
    state.found = [];
    expect([await ask(), state.looks]).toEqual([[], 2]);
  });

  it('is one look for all who ask meanwhile', async () => {
    const { state, ask } = arrange();
    state.found = ['a topic is missing'];
    expect(await Promise.all([ask(), ask()])).toEqual([state.found, state.found]);
    expect(state.looks).toBe(1);
  });
});

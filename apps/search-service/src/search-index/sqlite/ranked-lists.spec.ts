import { describe, expect, it } from '@jest/globals';
import { type RankedList, RankedLists } from './ranked-lists.js';

describe('the lists that somebody may page through', () => {
  const empty: RankedList = {
    rows: new Float64Array(),
    scores: new Float32Array(),
    total: { value: 0, relation: 'eq' },
  };

  it('take a bounded room, also where they are empty and only their questions are long', () => {
    const lists = new RankedLists();
    const questions = Array.from({ length: 15_000 }, (_, at) => `${at} ${'x'.repeat(500)}`);
    for (const question of questions) lists.keep(question, 1, empty);
    const kept = questions.filter((question) => lists.find(question, 1) !== undefined);
    expect(kept.length).toBeGreaterThan(5_000);
    expect(kept.join('').length * 2).toBeLessThan(12_000_000);
    expect(kept).toEqual(questions.slice(-kept.length));
  });
});

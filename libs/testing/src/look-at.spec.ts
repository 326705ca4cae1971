import { describe, expect, it } from '@jest/globals';
import type { ResourceProblem } from '@mediamesh/resilience';
import { lookAt } from './look-at.js';

describe('a look at a resource', () => {
  it.each([
    'table things on http://127.0.0.1:1 cannot be asked: no answer in time',
    'OpenSearch on http://127.0.0.1:1 cannot be reached',
    'the bucket does not answer',
    'the bucket does not tell whether it ends unfinished uploads',
    'Redis on 127.0.0.1:1 does not count (Redis did not answer within 200 ms); ' +
      'limits are counted by each process for itself',
  ])('is taken again where the server was late: %s', async (problem) => {
    const missing = { problem: 'the table is missing', remedy: 'make it', blocks: true };
    const answers: ResourceProblem[][] = [[{ ...missing, problem }], [missing]];
    expect(await lookAt({ check: () => Promise.resolve(answers.shift() ?? []) })).toEqual([missing]);
    expect(answers).toEqual([]);
  });

  it('is taken once where the server has answered, whatever it says', async () => {
    let looks = 0;
    const broken = { problem: 'the table is of an older shape', remedy: 'make it anew', blocks: true };
    expect(await lookAt({ check: () => Promise.resolve(looks++ ? [] : [broken]) })).toEqual([broken]);
  });
});

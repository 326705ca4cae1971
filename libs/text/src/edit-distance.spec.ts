import { describe, expect, it } from '@jest/globals';
import { editDistance } from './edit-distance.js';

describe('the distance between two words', () => {
  it.each([
    ['coffee', 'coffee', 0],
    ['cofee', 'coffee', 1],
    ['coffeee', 'coffee', 1],
    ['coffie', 'coffee', 1],
    ['cofefe', 'coffee', 1],
    ['mountian', 'mountain', 1],
    ['kofee', 'coffee', 2],
    ['ab', 'ba', 1],
    ['برنامح', 'برنامج', 1],
    ['برناج', 'برنامج', 1],
    ['', '', 0],
    ['', 'ab', 2],
    ['documantery', 'documentary', 2],
    ['ca', 'abc', 3],
    ['abc', 'xyz', 3],
    ['history', 'mystery', 3],
    ['history', '', 3],
  ])('of %j and %j is %d, where 3 stands for more than two', (one, other, distance) => {
    expect([editDistance(one, other, 2), editDistance(other, one, 2)]).toEqual([distance, distance]);
  });

  it('is counted no further than asked', () => {
    expect([editDistance('kofee', 'coffee', 1), editDistance('coffee', 'tea', 0), editDistance('a', 'a', 0)]).toEqual([
      2, 1, 0,
    ]);
  });
});

import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkFolderCircles, findFolderCircles } from './folder-circles.js';

const root = join(import.meta.dirname, '../..');

describe('folders', () => {
  it('that import each other in a circle are found, once, with the imports that make it one', () => {
    expect(findFolderCircles(join(root, 'tools/check/fixtures/folder-circle'))).toEqual([
      'orders → payments → orders (orders/order.ts imports ../payments/payment.js; ' +
        'payments/payment.ts imports ../orders/order.js)',
    ]);
  });

  it('of the apps and libraries do not', () => expect(checkFolderCircles(root)).toEqual([]));
});

import { describe, expect, it } from '@jest/globals';
import { PartitionWindow } from './partition-window.js';

const takeAll = (...offsets: number[]): PartitionWindow => {
  const window = new PartitionWindow();
  for (const offset of offsets) window.take(offset);
  return window;
};

describe('what of a partition may be reported as handled', () => {
  it('is nothing before anything was taken', () => {
    expect(new PartitionWindow().news).toBeUndefined();
  });

  it('ends before the first event that is not handled, whatever was handled after it', () => {
    const window = takeAll(4, 5, 6, 7);
    window.finish(5);
    window.finish(7);
    expect(window.position).toBe(4);
    window.finish(4);
    expect(window.position).toBe(6);
    window.finish(6);
    expect(window.position).toBe(8);
  });

  it('goes over offsets that hold no event', () => {
    const window = takeAll(2, 9);
    window.finish(2);
    expect(window.position).toBe(9);
    window.finish(9);
    window.pass(14);
    expect(window.position).toBe(15);
  });

  it('is news once, until there is more', () => {
    const window = takeAll(0, 1);
    window.finish(0);
    expect(window.news).toBe(1);
    window.markCommitted(1);
    expect(window.news).toBeUndefined();
    window.finish(1);
    expect(window.news).toBe(2);
  });

  it('counts what is not handled', () => {
    const window = takeAll(0, 1, 2);
    window.finish(1);
    expect(window.size).toBe(2);
  });
});

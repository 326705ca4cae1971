import { describe, expect, it } from '@jest/globals';
import { freePorts, portsOf } from './free-ports.js';

describe('free ports', () => {
  it('are as many as asked for, all different', async () => {
    expect(new Set(await freePorts(20)).size).toBe(20);
  });

  it.each([1, 2, 3, 64])('are never those of another of %s workers', (workers) => {
    const slices = Array.from({ length: workers }, (_, index) => portsOf(index + 1, workers));
    for (const [index, [first, end]] of slices.entries()) {
      expect(first).toBeGreaterThanOrEqual(slices[index - 1]?.[1] ?? 10_000);
      expect(end - first).toBeGreaterThan(300);
    }
    expect(slices.at(-1)?.[1]).toBeLessThanOrEqual(32_000);
  });

  it('are still to be had where there are more workers than expected', () => {
    expect(portsOf(3, 2)).toEqual(portsOf(1, 2));
  });
});

import { describe, expect, it } from '@jest/globals';
import { linesOf } from './doctor.js';

describe('a finding of the doctor', () => {
  it('is one line where all is well', () => {
    expect(linesOf({ of: 'mesh', subject: 'Redis on cache:6379' })).toEqual([
      '✓ mesh              Redis on cache:6379',
    ]);
  });

  it('names what it is about once, and says below what to do', () => {
    const about = { of: 'mesh', subject: 'Redis on cache:6379', remedy: 'Start Redis' } as const;
    const lines = (problem: string) => linesOf({ ...about, problem });
    expect(lines('Redis on cache:6379 does not answer')).toEqual([
      '✗ mesh              Redis on cache:6379 does not answer',
      `${' '.repeat(20)}→ Start Redis`,
    ]);
    expect(lines('It does not answer')[0]).toBe('✗ mesh              Redis on cache:6379: It does not answer');
  });
});

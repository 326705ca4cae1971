import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('gives the first answer that holds', async () => {
    let asked = 0;
    const answer = await eventually(
      () => ++asked,
      (count) => count >= 3,
      'three were asked',
    );
    expect(answer).toBe(3);
  });

  it('takes a probe that throws for one that is not ready', async () => {
    let asked = 0;
    const probe = async (): Promise<string> => {
      if (++asked < 3) throw new Error('refused');
      return 'here';
    };
    await expect(eventually(probe, (word) => word === 'here', 'the server is up')).resolves.toBe('here');
  });

  it('ends with the sentence and the last answer', async () => {
    const never = eventually(
      () => ({ items: ['قهوة'] }),
      () => false,
      'the program is gone',
      { timeoutMs: 30 },
    );
    await expect(never).rejects.toThrow(
      /Not true after 30 ms: the program is gone\nlast answer: \{ items: \[ 'قهوة' \] \}/,
    );
  });

  it('ends with the last error when no answer came', async () => {
    const never = eventually(
      () => Promise.reject(new Error('connection refused')),
      () => true,
      'the server is up',
      { timeoutMs: 30 },
    );
    await expect(never).rejects.toThrow(/the server is up\nlast error: Error: connection refused/);
  });

  it('does not wait for a probe that never answers', async () => {
    const never = eventually(
      () => new Promise<number>(() => undefined),
      () => true,
      'the server answers',
      { timeoutMs: 30 },
    );
    await expect(never).rejects.toThrow(/the server answers\nno answer yet \(the probe was still waiting\)/);
  });
});

import { describe, expect, it } from '@jest/globals';
import { TooLate, within } from './within.js';

const never = new Promise<string>(() => undefined);

describe('work within a time', () => {
  it('gives its answer, and its own error', async () => {
    await expect(within(60_000, Promise.resolve('here'))).resolves.toBe('here');
    await expect(within(60_000, Promise.reject(new Error('refused')))).rejects.toThrow(/^refused$/);
  });

  it('is too late when no answer came, and says so in the words of who waited', async () => {
    await expect(within(1, never)).rejects.toEqual(new TooLate('No answer in time'));
    await expect(within(1, never, 'The brokers did not answer')).rejects.toThrow(/^The brokers did not answer$/);
    await expect(within(1, never)).rejects.toBeInstanceOf(TooLate);
  });

  it('is too late at once when no time is left', async () => {
    await expect(within(-1, never)).rejects.toBeInstanceOf(TooLate);
  });
});

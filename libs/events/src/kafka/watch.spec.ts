import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Watch } from './watch.js';

describe('the watch over a consumer', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function watch(isReachable: () => boolean) {
    const fatal: string[] = [];
    let stalled = 0;
    const watching = new Watch({
      name: 'app.group',
      timing: { giveUp: 60_000, giveUpUnreachable: 900_000 },
      every: 2_000,
      isReachable: () => Promise.resolve(isReachable()),
      onFatal: ({ message }) => fatal.push(message),
    });
    watching.onStalled = () => (stalled += 1);
    watching.start();
    return {
      watching,
      fatal,
      stalls: () => stalled,
      pass: (seconds: number) => jest.advanceTimersByTimeAsync(seconds * 1_000),
    };
  }

  it('tries a fresh membership, then gives up, once, when brokers answer and nothing comes', async () => {
    const { watching, fatal, stalls, pass } = watch(() => true);
    await pass(30);
    expect([stalls(), fatal]).toEqual([1, []]);
    await pass(120);
    expect(fatal).toEqual([
      expect.stringMatching(/^The consumer app\.group has got nothing for \d+ s although its brokers answer$/),
    ]);
    watching.stop();
  });

  it('says nothing while the group answers', async () => {
    const { watching, fatal, pass } = watch(() => true);
    for (let second = 0; second < 300; second += 1) {
      watching.noteLife();
      await pass(1);
    }
    expect(fatal).toEqual([]);
    watching.stop();
  });

  it('is patient while no broker answers, and begins anew when one does', async () => {
    let up = false;
    const { watching, fatal, pass } = watch(() => up);
    await pass(600);
    up = true;
    await pass(50);
    expect(fatal).toEqual([]);
    watching.noteLife();
    await pass(4);
    up = false;
    await pass(800);
    expect(fatal).toEqual([]);
    await pass(200);
    expect(fatal).toEqual([expect.stringMatching(/has reached no broker for 9\d\d s$/)]);
    watching.stop();
  });

  it('says nothing more once it is stopped, whatever it was just asking', async () => {
    const fatal: string[] = [];
    const answer = Promise.withResolvers<boolean>();
    const watching = new Watch({
      name: 'app.group',
      timing: { giveUp: 3_000, giveUpUnreachable: 3_000 },
      every: 2_000,
      isReachable: () => answer.promise,
      onFatal: ({ message }) => fatal.push(message),
    });
    watching.start();
    await jest.advanceTimersByTimeAsync(6_000);
    watching.stop();
    answer.resolve(true);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(fatal).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { takesLessThan } from './takes-less-than.js';

describe('takesLessThan', () => {
  let now = 0;
  let times = 0;
  beforeEach(() => {
    times = 0;
    jest.useFakeTimers({ doNotFake: ['performance'] });
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  /** Time passes, and the process runs all along. */
  const wait = (milliseconds: number): void => {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      now += 10;
      jest.advanceTimersByTime(10);
    }
  };
  /** Time passes without the process. */
  const starve = (milliseconds: number): void => void (now += milliseconds);
  /** Does one of these each time, and answers which time it was. */
  const doing =
    (...acts: (() => void)[]) =>
    () => {
      acts[times]?.();
      return Promise.resolve((times += 1));
    };

  it('measures once where that suffices, and gives the answer', async () => {
    expect(
      await takesLessThan(
        100,
        doing(() => wait(90)),
      ),
    ).toBe(1);
    expect(times).toBe(1);
  });

  it('takes a late measurement for what it is, when the process could run all along', async () => {
    await expect(
      takesLessThan(
        100,
        doing(
          () => wait(100),
          () => wait(10),
        ),
      ),
    ).rejects.toThrow(/^It should take less than 100 ms, and took 100 ms$/);
    expect(times).toBe(1);
  });

  it('measures again what was late because the process could not run, and gives the timely answer', async () => {
    const late = () => {
      wait(50);
      starve(200);
    };
    expect(
      await takesLessThan(
        100,
        doing(late, late, () => wait(90)),
      ),
    ).toBe(3);
  });

  it('counts a pause only for what it kept back', async () => {
    const late = () => {
      starve(200);
      wait(150);
    };
    await expect(takesLessThan(100, doing(late))).rejects.toThrow('took 350 ms');
  });

  it('ends with all that was measured when none is in time', async () => {
    await expect(
      takesLessThan(
        100,
        doing(
          () => starve(100),
          () => starve(200),
          () => starve(300),
        ),
      ),
    ).rejects.toThrow(/^It should take less than 100 ms, and took 100, 200, 300 ms$/);
    expect(times).toBe(3);
  });

  it('forgives nothing else', async () => {
    const work = () => doing(() => starve(200))().then(() => Promise.reject(new Error('the wrong answer')));
    await expect(takesLessThan(100, work)).rejects.toThrow('the wrong answer');
    expect([times, jest.getTimerCount()]).toEqual([1, 0]);
  });

  it('counts no preparation, which is made anew for each time', async () => {
    let made = 0;
    const prepare = (): number => {
      wait(1_000);
      return (made += 1);
    };
    const work = doing(
      () => starve(200),
      () => wait(10),
    );
    expect(await takesLessThan(100, async (nth) => [nth, await work()], prepare)).toEqual([2, 2]);
  });
});

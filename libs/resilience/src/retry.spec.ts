import { describe, expect, it } from '@jest/globals';
import { conflict, unavailable } from '@mediamesh/contracts';
import { pauseUnlessStopped, retryWhileAway, untilAborted } from './index.js';

const never = new AbortController().signal;
const fails = (times: number) => {
  let calls = 0;
  return {
    calls: () => calls,
    call: () =>
      (calls += 1) <= times ? Promise.reject(unavailable('request.unavailable')) : Promise.resolve('answer'),
  };
};

describe('trying again while somebody is away', () => {
  it('answers what came in the end', async () => {
    const { call, calls } = fails(2);
    expect(await retryWhileAway(call, { waits: [1, 1], stop: never })).toBe('answer');
    expect(calls()).toBe(3);
  });

  it('gives up when the waits are used up, or the time', async () => {
    const few = fails(9);
    await expect(retryWhileAway(few.call, { waits: [1, 1], stop: never })).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(few.calls()).toBe(3);
    const late = fails(9);
    await expect(retryWhileAway(late.call, { waits: [60_000], longest: 1_000, stop: never })).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(late.calls()).toBe(1);
  });

  it('uses the last wait again and again while there is time', async () => {
    const { call, calls } = fails(5);
    expect(await retryWhileAway(call, { waits: [1], longest: 600_000, stop: never })).toBe('answer');
    expect(calls()).toBe(6);
  });

  it('takes a refusal for an answer', async () => {
    const call = () => Promise.reject(conflict('slug.taken'));
    await expect(retryWhileAway(call, { waits: [60_000], stop: never })).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('ends with the reason of the stop', async () => {
    const stop = new AbortController();
    const answer = retryWhileAway(fails(9).call, { waits: [60_000], stop: stop.signal });
    stop.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  });
});

describe('waiting for work no longer than until a signal', () => {
  const stalled = new Promise<never>(() => undefined);

  it('rejects with the reason, also when that was there before', async () => {
    const stop = new AbortController();
    const waiting = untilAborted(stalled, stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(untilAborted(stalled, stop.signal)).rejects.toThrow('enough');
    await expect(pauseUnlessStopped(60_000, stop.signal)).rejects.toThrow('enough');
  });

  it('gives work that is nearly done a moment', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    expect(await untilAborted(Promise.resolve('done'), stop.signal, { grace: 60_000 })).toBe('done');
    await expect(untilAborted(stalled, stop.signal, { grace: 1 })).rejects.toThrow('enough');
  });
});

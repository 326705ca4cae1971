import { conflict, unavailable } from '@mediamesh/contracts';
import { describe, expect, it } from '@jest/globals';
import { backOff, createBreaker, createRetryBudget, remaining } from './index.js';

const fail = () => Promise.reject(unavailable('request.unavailable'));
const refuse = () => Promise.reject(conflict('slug.taken'));

describe('a circuit breaker', () => {
  it('opens after repeated failures and answers at once without calling', async () => {
    const breaker = createBreaker({ target: 'a neighbour', resetMs: 60_000 });
    for (let i = 0; i < 12; i++) await expect(breaker.run(fail)).rejects.toMatchObject({ kind: 'unavailable' });
    let called = false;
    await expect(breaker.run(() => Promise.resolve((called = true)))).rejects.toMatchObject({
      kind: 'unavailable',
      options: { retryAfter: 60 },
    });
    expect(called).toBe(false);
    breaker.close();
  });

  it('does not count refusals that are answers', async () => {
    const breaker = createBreaker({ target: 'a neighbour' });
    for (let i = 0; i < 30; i++) await expect(breaker.run(refuse)).rejects.toMatchObject({ kind: 'conflict' });
    expect(breaker.state).toBe('closed');
    breaker.close();
  });

  it('closes again after a probe succeeds', async () => {
    const states: string[] = [];
    const halfOpen = Promise.withResolvers<void>();
    const breaker = createBreaker({
      target: 'a neighbour',
      resetMs: 20,
      onState: (state) => (states.push(state), state === 'half-open' && halfOpen.resolve()),
    });
    for (let i = 0; i < 12; i++) await breaker.run(fail).catch(() => 'counted');
    await halfOpen.promise;
    await expect(breaker.run(() => Promise.resolve('well'))).resolves.toBe('well');
    expect(states).toEqual(['open', 'half-open', 'closed']);
    breaker.close();
  });
});

describe('a retry budget', () => {
  it('allows one retry for five calls once the reserve is spent', () => {
    const budget = createRetryBudget(0.2, 1);
    expect(budget.spend()).toBe(true);
    for (let i = 0; i < 4; i++) budget.earn();
    expect(budget.spend()).toBe(false);
    for (let i = 0; i < 2; i++) budget.earn();
    expect(budget.spend()).toBe(true);
  });
});

describe('times', () => {
  it('never waits longer than the maximum and grows with each attempt', () => {
    expect([1, 2, 3, 20].map((n) => backOff(n, 50, 1_000, () => 1))).toEqual([50, 100, 200, 1_000]);
  });

  it('gives what is left of the caller’s deadline, capped', () => {
    expect(remaining(1_500, 3_000, 1_000)).toBe(500);
    expect(remaining(undefined, 3_000, 1_000)).toBe(3_000);
    expect(remaining(900, 3_000, 1_000)).toBe(0);
  });
});

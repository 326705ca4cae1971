import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createMetrics } from '@mediamesh/observability';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { mountHealth } from './health.js';

describe('the readiness of an app', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => void jest.useRealTimers());
  const untilLooked = async (looks: readonly unknown[], count: number): Promise<void> => {
    while (looks.length < count) await new Promise(setImmediate);
  };

  function arrange() {
    const looks: ((problems: { problem: string; remedy: string; blocks: boolean }[]) => void)[] = [];
    const fastify = new FastifyAdapter().getInstance();
    const health = mountHealth(fastify, {
      app: 'cms-service',
      metrics: createMetrics('test'),
      resources: [{ check: () => new Promise((resolve) => looks.push(resolve)) }],
    });
    const ask = async () =>
      (await fastify.inject('/health/ready')).json() as { status: string; missing: string[]; degraded: string[] };
    return { looks, health, ask };
  }

  it('is looked at by one at a time, however many ask and however long it takes, and anew later', async () => {
    const { looks, health, ask } = arrange();
    health.started();
    const first = ask();
    await untilLooked(looks, 1);
    await jest.advanceTimersByTimeAsync(5_000);
    const others = [ask(), ask()];
    await jest.advanceTimersByTimeAsync(5_000);
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(looks).toHaveLength(1);
    looks[0]?.([
      { problem: 'The index is missing', remedy: '', blocks: true },
      { problem: 'No broker answers', remedy: '', blocks: false },
    ]);
    for (const answer of await Promise.all([first, ...others, ask()]))
      expect(answer).toMatchObject({
        status: 'not ready',
        missing: ['The index is missing'],
        degraded: ['No broker answers'],
      });
    await jest.advanceTimersByTimeAsync(1_001);
    const later = ask();
    await untilLooked(looks, 2);
    looks[1]?.([]);
    expect(await later).toMatchObject({ status: 'ready', missing: [], degraded: [] });
  });

  it('is not given before the start and while it stops, whatever is found', async () => {
    const { looks, health, ask } = arrange();
    expect(await ask()).toMatchObject({ status: 'not ready', missing: ['starting'] });
    health.started();
    health.stopping();
    expect(await ask()).toMatchObject({ status: 'not ready', missing: ['stopping'] });
    expect(looks).toEqual([]);
  });
});

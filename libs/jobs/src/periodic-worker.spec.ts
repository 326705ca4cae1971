import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { currentContext, createContext, runInContext, silentLogger } from '@mediamesh/observability';
import { PeriodicWorker, WorkerStop } from './periodic-worker.js';

describe('a periodic worker', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const make = (work: (stop: AbortSignal) => Promise<unknown>) =>
    new PeriodicWorker({ name: 'test.turns', app: 'ingest-service', every: 1_000, work, logger: silentLogger });

  it('takes a turn every so often, until it is stopped', async () => {
    let turns = 0;
    const worker = make(() => Promise.resolve((turns += 1)));
    worker.start();
    expect(turns).toBe(0);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(turns).toBe(3);
    await worker.stop();
    await jest.advanceTimersByTimeAsync(3_000);
    await worker.turn();
    expect(turns).toBe(3);
  });

  it('takes one turn at a time, and one more when it was woken meanwhile', async () => {
    const gates: (() => void)[] = [];
    const worker = make(() => new Promise<void>((resolve) => gates.push(resolve)));
    const over = worker.turn();
    worker.wake();
    worker.wake();
    expect(gates).toHaveLength(1);
    gates[0]!();
    await jest.advanceTimersByTimeAsync(0);
    expect(gates).toHaveLength(2);
    gates[1]!();
    await over;
    expect(gates).toHaveLength(2);
  });

  it('goes on after a turn that failed', async () => {
    let turns = 0;
    const worker = make(() => {
      turns += 1;
      return Promise.reject(new Error('not this time'));
    });
    await worker.turn();
    await worker.turn();
    expect(turns).toBe(2);
  });

  it('tells the turn under way to stop, and waits for it', async () => {
    let end: unknown;
    const worker = make(async (stop) => {
      await new Promise((resolve) => stop.addEventListener('abort', resolve));
      end = stop.reason;
    });
    worker.wake();
    await worker.stop();
    expect(end).toBeInstanceOf(WorkerStop);
  });

  it('works in a context of its own, whoever woke it', async () => {
    const callers: unknown[] = [];
    const worker = make(() => Promise.resolve(callers.push(currentContext()?.caller)));
    await runInContext(createContext({ caller: { kind: 'service', name: 'cms-gateway' } }), () => worker.turn());
    expect(callers).toEqual([{ kind: 'service', name: 'ingest-service' }]);
  });
});

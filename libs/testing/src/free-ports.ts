import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { readWorkerNumber } from './environment.js';

/** Below the ephemeral ports, so that no outgoing connection takes one before it is used. */
const [lowest, highest] = [10_000, 32_000];

/**
 * Distinct free ports. Each Jest worker has a range of its own, so that no other worker takes a port before it is used.
 * They are drawn at random, so that concurrent test runs seldom collide.
 */
export async function freePorts(count: number): Promise<number[]> {
  const [first, end] = portsOf(readWorkerNumber(), availableParallelism());
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(first, end);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

/** The first port of a worker and the end of its range. With more workers than `workers`, two share a range. */
export function portsOf(worker: number, workers: number): [first: number, end: number] {
  const size = Math.floor((highest - lowest) / workers);
  const first = lowest + ((worker - 1) % workers) * size;
  return [first, first + size];
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

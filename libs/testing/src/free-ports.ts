import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { readWorkerNumber } from './environment.js';

/** Below the ports that systems hand to outgoing connections, so that none of those takes one before it is used. */
const [lowest, highest] = [10_000, 32_000];

/**
 * Ports nobody listens on just now, all different. Each of Jest's workers has ports of its own: no other takes one that
 * is not listened on yet, or not for a moment. Of these they are drawn by chance, so that several runs of the tests
 * seldom draw the same.
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

/**
 * The first port of a worker, and the one after its last. Where there are more workers than expected, two have the
 * same.
 */
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

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SharedProgram } from './shared-program.js';

/**
 * Stops the shared mesh and removes what this run created on real servers, even after a failure. What cannot be removed
 * is reported and left for a later run. Rejects when the mesh did not stop in order.
 */
export default async function teardown(): Promise<void> {
  try {
    await (Reflect.get(globalThis, 'mediameshShared') as SharedProgram | undefined)?.close();
  } finally {
    await removeLeftovers();
  }
}

async function removeLeftovers(): Promise<void> {
  const { readPaths, readRunName, readTestServers } = await import('./environment.js');
  const name = readRunName();
  if (name === undefined) return;
  // kafkajs sets timers in the past.
  const args = [
    '--disable-warning=TimeoutNegativeWarning',
    join(import.meta.dirname, '../../../dist/tools/leftovers/remove.js'),
    name,
  ];
  await once(
    spawn(process.execPath, args, {
      env: { ...readPaths(), ...readTestServers() },
      stdio: ['ignore', 'inherit', 'inherit'],
    }),
    'close',
  );
}

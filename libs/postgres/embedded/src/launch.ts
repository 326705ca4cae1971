import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { readServerNote, stopServer } from './server-process.js';

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
const START_TIMEOUT_MS = 120_000;

export interface Launch {
  data: string;
  logFile: string;
  binaries: Binaries;
  account: Account | undefined;
  /** `undefined`: a free one. */
  port: number | undefined;
  durable: boolean;
  maxConnections: number;
  onProgress: (line: string) => void;
}

/** Small settings for a laptop: nine pools share the server, and parallel plans are not worth their memory. */
const settings = (
  port: number,
  { durable, maxConnections }: Pick<Launch, 'durable' | 'maxConnections'>,
): Record<string, string> => ({
  port: String(port),
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '64MB',
  max_connections: String(maxConnections),
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_checkpoints: 'off',
  lc_messages: 'C',
  timezone: 'UTC',
  log_timezone: 'UTC',
  ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
});

/** Starts the server in its own process group and waits until it accepts connections. */
export async function launchServer(launch: Launch): Promise<{ pid: number; port: number }> {
  const end = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const outcome = await tryLaunch(launch, end);
    if (typeof outcome !== 'string') return outcome;
    // Two failures are temporary: the free port was taken meanwhile, or a killed server's workers are still ending.
    const passes =
      (launch.port === undefined && outcome.includes('Address already in use')) ||
      outcome.includes('pre-existing shared memory block');
    if (!passes || performance.now() > end)
      throw new EmbeddedPostgresError(
        `PostgreSQL did not start: ${explainLog(outcome, launch.port)} (its log: ${launch.logFile})`,
      );
    await pause(200);
  }
}

/** One attempt. Returns the running server, or its log if it exited. */
async function tryLaunch(launch: Launch, end: number): Promise<{ pid: number; port: number } | string> {
  const { data, binaries, account, logFile } = launch;
  const port = launch.port ?? (await findFreePort());
  await rotateLog(logFile);
  const log = await open(logFile, 'a', 0o640);
  try {
    const from = (await log.stat()).size;
    const flags = Object.entries(settings(port, launch)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(binaries.postgres, ['-D', data, ...flags], {
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', log.fd, log.fd],
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    let failure: Error | undefined;
    let exited = false;
    child.once('error', (error) => {
      failure = error;
    });
    child.once('exit', () => {
      exited = true;
    });
    child.unref();

    let patience = performance.now() + 5_000;
    for (;;) {
      if (failure)
        throw new EmbeddedPostgresError(`PostgreSQL's program cannot be run: ${failure.message}`, { cause: failure });
      if (exited) return await readFrom(logFile, from);
      const note = await readServerNote(data);
      if (note?.ready && note.pid === child.pid) return { pid: note.pid, port };
      const now = performance.now();
      if (now > end) {
        await stopServer(child.pid!, data);
        throw new EmbeddedPostgresError(
          `PostgreSQL is not ready after ${START_TIMEOUT_MS / 1000} seconds (its log: ${logFile})`,
        );
      }
      if (now > patience) {
        launch.onProgress('PostgreSQL is still starting: it recovers what the last stop left open');
        patience = now + 10_000;
      }
      await pause(15);
    }
  } finally {
    await log.close();
  }
}

async function rotateLog(logFile: string): Promise<void> {
  await mkdir(dirname(logFile), { recursive: true });
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= LOG_LIMIT_BYTES) return;
  await rm(`${logFile}.1`, { force: true });
  await rename(logFile, `${logFile}.1`);
}

async function readFrom(file: string, offset: number): Promise<string> {
  return (await readFile(file)).subarray(offset).toString('utf8');
}

const signsOfDamage = [
  /could not find the database system|files are incompatible|valid checkpoint record/i,
  /could not (open|read|access) (file|directory)|invalid|corrupt/i,
];

/** The line of the log that says why the server exited. */
export function explainLog(log: string, port?: number): string {
  if (log.includes('Address already in use'))
    return port === undefined ? 'no free port was found' : `port ${port} of 127.0.0.1 is taken`;
  if (log.includes('No space left on device')) return 'the disk is full';
  const lines = log
    .split('\n')
    .map((line) => line.trim().replace(/^\S+ \S+ \S+ \[\d+\] /, ''))
    .filter(Boolean);
  const telling =
    lines.find((line) => line.includes('error while loading shared libraries')) ??
    lines.findLast((line) => /^(PANIC|FATAL):/.test(line)) ??
    lines.at(-1) ??
    'it said nothing';
  return signsOfDamage.some((sign) => sign.test(log)) ? `its data folder is damaged: ${telling}` : telling;
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

import { execFile } from 'node:child_process';
import { readlink, readFile, realpath } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError, systemCode } from './embedded-postgres-error.js';

const run = promisify(execFile);

/** What a server writes about itself into postmaster.pid. */
export interface ServerNote {
  pid: number;
  port: number;
  ready: boolean;
}

/** Reads postmaster.pid. `undefined` if it is missing or incomplete, as during a start. */
export async function readServerNote(data: string): Promise<ServerNote | undefined> {
  let text: string;
  try {
    text = await readFile(`${data}/postmaster.pid`, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7]?.trim() === 'ready' };
}

/**
 * Whether the process is the server of this data folder. The id alone is no proof: after a crash, another process may
 * get it. A server works in its data folder, and its command line contains the folder's path.
 */
export async function isServerOf(pid: number, data: string): Promise<boolean> {
  const folder = await realpath(data).catch(() => data);
  if (process.platform === 'linux') {
    try {
      return (await readlink(`/proc/${pid}/cwd`)) === folder;
    } catch (error) {
      // gone, a zombie, or another user's
      if (['ENOENT', 'ESRCH', 'EACCES'].includes(systemCode(error) ?? '')) return false;
      throw error;
    }
  }
  const command = await run('ps', ['-p', String(pid), '-o', 'command=']).then(
    (result) => result.stdout,
    () => '',
  );
  return command.includes('postgres') && (command.includes(data) || command.includes(folder));
}

async function waitUntilGone(pid: number, data: string, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  while (await isServerOf(pid, data)) {
    if (performance.now() > end) return false;
    await pause(20);
  }
  return true;
}

/**
 * Stops a server and waits until it is gone: a fast shutdown first, an immediate one after 12 s (the next start
 * recovers), SIGKILL after 17 s. Does nothing when it is already gone.
 */
export async function stopServer(pid: number, data: string): Promise<void> {
  for (const [signal, timeoutMs] of [
    ['SIGINT', 12_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 3_000],
  ] as const) {
    if (!(await isServerOf(pid, data))) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (systemCode(error) === 'ESRCH') return;
      throw new EmbeddedPostgresError(
        `PostgreSQL (process ${pid}) cannot be stopped: ${systemCode(error) ?? 'unknown reason'}`,
        { cause: error },
      );
    }
    if (await waitUntilGone(pid, data, timeoutMs)) return;
  }
  throw new EmbeddedPostgresError(`PostgreSQL (process ${pid}) does not stop`);
}

/** Reads facts about processes: identity, start and memory. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How a server's process is recognised. */
export interface KnownServer {
  readonly program: string;
  readonly folder: string;
}

const linux = process.platform === 'linux';
const AGAIN_MS = 20;

/** A file of /proc; empty when the process has ended or belongs to another user. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code))) return '';
    throw error;
  }
}

function ask(pid: number, column: string): string {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', `${column}=`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return ''; // ps fails when there is no such process
  }
}

/** The columns of /proc/<pid>/stat after the name, which may contain spaces and brackets: state, parent, … */
const readStat = (pid: number): string[] => read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];

/** One letter: `T` stopped by a signal, `Z` a zombie. */
const readState = (pid: number): string | undefined => (linux ? readStat(pid)[0] : ask(pid, 'state').slice(0, 1));

/** The start of a process as an opaque word; undefined without a process. With the id it is unique. */
export function readStartOf(pid: number): string | undefined {
  if (!linux) return ask(pid, 'lstart').replaceAll(/\W+/g, '_') || undefined;
  const start = readStat(pid)[19];
  return start && `${read('/proc/sys/kernel/random/boot_id').slice(0, 8)}_${start}`;
}

/** The command line of a process; empty when it has ended or is a zombie. */
function readCommandOf(pid: number): string[] {
  if (!Number.isInteger(pid) || pid <= 0) return [];
  return linux
    ? read(`/proc/${pid}/cmdline`).split('\0').filter(Boolean)
    : ask(pid, 'command').split(' ').filter(Boolean);
}

/** Whether the program is right and an argument names the folder; `tail -f` on a file there is another program. */
export function isCommandOf(command: readonly string[], { program, folder }: KnownServer): boolean {
  const [first = '', ...args] = command;
  return basename(first) === basename(program) && args.some((arg) => arg.includes(`${folder}/`));
}

/** Whether the process is the server of that folder. The id alone is not enough, because it can be reused. */
export const isServer = (pid: number, server: KnownServer): boolean => isCommandOf(readCommandOf(pid), server);

/** Running servers of the folder, also without a record, as when the command that started them was killed. */
export function findServers(server: KnownServer): number[] {
  const pids = linux
    ? readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    : execFileSync('ps', ['-axo', 'pid='], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.trim());
  return pids.map(Number).filter((pid) => isServer(pid, server));
}

/** Whether the process is stopped by SIGSTOP: it exists but does not respond. */
export const isFrozen = (pid: number): boolean => readState(pid) === 'T';

/** Memory of a process and its children in MB. Shared pages are counted once where the system reports that. */
export function readMemoryOf(pid: number): number {
  if (!linux) return Math.round(Number(ask(pid, 'rss')) / 1024);
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  const kilobytes = [pid, ...children].map((each) => {
    const own =
      read(`/proc/${each}/smaps_rollup`).match(/^Pss:\s+(\d+)/m) ??
      read(`/proc/${each}/status`).match(/^VmRSS:\s+(\d+)/m);
    return Number(own?.[1] ?? 0);
  });
  return Math.round(kilobytes.reduce((sum, each) => sum + each, 0) / 1024);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether the process has released its files and ports, a moment after its command line disappears. */
const hasGone = (pid: number, start: string | undefined): boolean =>
  readStartOf(pid) !== start || readState(pid) === 'Z';

async function waitUntilGone(pid: number, start: string | undefined, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  while (!hasGone(pid, start)) {
    if (performance.now() > end) return false;
    await pause(AGAIN_MS);
  }
  return true;
}

/** Stops a server gracefully, or by SIGKILL after `patienceMs`. Undefined when it was not running. */
export async function endServer(
  pid: number,
  server: KnownServer,
  { signal = 'SIGTERM', patienceMs = 20_000 }: { signal?: NodeJS.Signals | undefined; patienceMs?: number } = {},
): Promise<'in order' | 'by force' | undefined> {
  const start = readStartOf(pid);
  if (!isServer(pid, server)) return undefined;
  send(pid, signal);
  send(pid, 'SIGCONT'); // a stopped process handles no other signal
  if (await waitUntilGone(pid, start, patienceMs)) return 'in order';
  send(pid, 'SIGKILL');
  if (await waitUntilGone(pid, start, 5_000)) return 'by force';
  throw new Error(`process ${pid} does not end, even by force`);
}

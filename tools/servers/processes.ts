/** What the system knows of a process: whether it is the one we started, since when, how much memory it takes. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How the process of a server is known. */
export interface KnownServer {
  readonly program: string;
  readonly folder: string;
}

const linux = process.platform === 'linux';
const AGAIN_MS = 20;

/** A file of /proc; nothing when the process has gone or belongs to somebody else. */
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

/** The columns of /proc/<pid>/stat after the name, which may hold spaces and brackets: state, parent, … */
const readStat = (pid: number): string[] => read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];

/** One letter: `T` halted, `Z` a zombie. */
const readState = (pid: number): string | undefined => (linux ? readStat(pid)[0] : ask(pid, 'state').slice(0, 1));

/** When the process started, as an opaque word; nothing when there is none. With the id it names one process only. */
export function readStartOf(pid: number): string | undefined {
  if (!linux) return ask(pid, 'lstart').replaceAll(/\W+/g, '_') || undefined;
  const start = readStat(pid)[19];
  return start && `${read('/proc/sys/kernel/random/boot_id').slice(0, 8)}_${start}`;
}

/** The command line of a process as a list; empty when it has gone or is a zombie. */
function readCommandOf(pid: number): string[] {
  if (!Number.isInteger(pid) || pid <= 0) return [];
  return linux
    ? read(`/proc/${pid}/cmdline`).split('\0').filter(Boolean)
    : ask(pid, 'command').split(' ').filter(Boolean);
}

/**
 * Whether a command line is the server's whose files lie in `folder`: the right program, and the folder named in its
 * arguments. An editor or `tail -f` that has one of the files open is another program.
 */
export function isCommandOf(command: readonly string[], { program, folder }: KnownServer): boolean {
  const [first = '', ...args] = command;
  return basename(first) === basename(program) && args.some((arg) => arg.includes(`${folder}/`));
}

/** Whether the process is the server of that folder. Its id alone proves nothing: it may belong to anybody by now. */
export const isServer = (pid: number, server: KnownServer): boolean => isCommandOf(readCommandOf(pid), server);

/** Servers of the folder that run although nobody noted them: the command that started them was killed. */
export function findServers(server: KnownServer): number[] {
  const pids = linux
    ? readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    : execFileSync('ps', ['-axo', 'pid='], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.trim());
  return pids.map(Number).filter((pid) => isServer(pid, server));
}

/** Whether the process was halted by a signal (SIGSTOP): it lives but answers nothing. */
export const isFrozen = (pid: number): boolean => readState(pid) === 'T';

/** Memory of a process and its children in MB, shared pages counted once where the system tells. */
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

/** Whether the process has given back its files and ports; its command line is gone a moment before that. */
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

/**
 * Ends a server and waits until it has gone: in order first, by force after `patienceMs`. Answers 'in order', 'by
 * force' or, when it had gone already, undefined.
 */
export async function endServer(
  pid: number,
  server: KnownServer,
  { signal = 'SIGTERM', patienceMs = 20_000 }: { signal?: NodeJS.Signals | undefined; patienceMs?: number } = {},
): Promise<'in order' | 'by force' | undefined> {
  const start = readStartOf(pid);
  if (!isServer(pid, server)) return undefined;
  send(pid, signal);
  send(pid, 'SIGCONT'); // a frozen process hears nothing else
  if (await waitUntilGone(pid, start, patienceMs)) return 'in order';
  send(pid, 'SIGKILL');
  if (await waitUntilGone(pid, start, 5_000)) return 'by force';
  throw new Error(`process ${pid} does not end, even by force`);
}

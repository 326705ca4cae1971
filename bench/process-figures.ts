import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Resident memory of a process, in MB of 2^20 bytes. */
export async function readMemory(pid: number): Promise<number> {
  if (process.platform !== 'linux') return Number((await run('ps', ['-o', 'rss=', '-p', String(pid)])).stdout) / 1024;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

/** Proportional memory (Pss, shared pages divided among their users) in MB of 2^20 bytes. NaN without `/proc`. */
export async function readShare(pid: number): Promise<number> {
  if (process.platform !== 'linux') return Number.NaN;
  return Number(/^Pss:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024;
}

/** CPU time of a process in milliseconds; NaN without `/proc`. */
export async function readComputing(pid: number): Promise<number> {
  if (process.platform !== 'linux') return Number.NaN;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the process name before it may contain anything
  return (Number(fields[11]) + Number(fields[12])) * 10; // a tick is a hundredth of a second
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Resident memory of a process, in MB of 2^20 bytes, as tools show it. */
export async function readMemory(pid: number): Promise<number> {
  if (process.platform !== 'linux') return Number((await run('ps', ['-o', 'rss=', '-p', String(pid)])).stdout) / 1024;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

/**
 * A process's part of the memory: its own pages, and its share of those it has in common with others. NaN where the
 * system does not say so in `/proc`. MB of 2^20 bytes.
 */
export async function readShare(pid: number): Promise<number> {
  if (process.platform !== 'linux') return Number.NaN;
  return Number(/^Pss:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024;
}

/** How long a process has been computing, in milliseconds; NaN where the system does not say so in `/proc`. */
export async function readComputing(pid: number): Promise<number> {
  if (process.platform !== 'linux') return Number.NaN;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may hold anything
  return (Number(fields[11]) + Number(fields[12])) * 10; // ticks of a hundredth of a second
}

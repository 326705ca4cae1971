/** Starts a server if it is not running, and waits until it is ready. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '#launch';
import { withLock } from './lock.js';
import { endServer, findServers, isFrozen } from './processes.js';
import { plainEnvironment } from './programs.js';
import { changeRecord, describeServer, type FoundServer, writeServerEnvironment } from './record.js';
import type { Program, Say, Server } from './server.js';

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
const START_TIMEOUT_MS = 120_000;
const AGAIN_MS = 40;

/** Below the ephemeral ports; narrow enough not to overlap the ports 10000 above, which SeaweedFS uses too. */
const [lowest, highest] = [10_000, 20_000] as const;

function isUnused(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Whether the port, and with `twin` also the one 10000 above, is free. */
const isFree = async (port: number, { twin = false }: { readonly twin?: boolean }): Promise<boolean> =>
  (await isUnused(port)) && (!twin || (await isUnused(port + 10_000)));

/** A random free port that is not in `taken`; adds it there. */
async function choosePort(taken: Set<number>, options: { readonly twin?: boolean }): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (taken.has(port) || !(await isFree(port, options))) continue;
    taken.add(port);
    return port;
  }
}

const seconds = (started: number): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;

/** Keeps the ports of the record, and chooses random ones for those that are missing or taken by another program. */
async function ensurePorts(
  folder: string,
  name: string,
  wanted: Server['ports'],
  say: Say,
): Promise<Readonly<Record<string, number>>> {
  const record = await changeRecord(folder, name, async ({ ports: kept = {} }, all) => {
    const taken = new Set(Object.values(all).flatMap(({ ports = {} }) => Object.values(ports)));
    const ports: Record<string, number> = {};
    for (const [purpose, options] of Object.entries(wanted)) {
      const before = kept[purpose];
      const port = before && (await isFree(before, options)) ? before : await choosePort(taken, options);
      ports[purpose] = port;
      if (before && port !== before) say(`port ${before} belongs to another program by now: taking ${port}`);
    }
    return { ports };
  });
  return record.ports ?? {};
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if (sizeOf(file) > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o640);
}

/** Starts a process in its own group, so that neither the end of this command nor Ctrl-C ends it. */
function launch({ program, args }: Program, folder: string, logFile: string): { child: ChildProcess; from: number } {
  const log = openLog(logFile);
  try {
    const from = sizeOf(logFile);
    const child = spawn(program, args, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log, log],
      env: plainEnvironment(),
    });
    child.unref();
    return { child, from };
  } finally {
    closeSync(log);
  }
}

/** The last line of the log that reports an error, since this start. */
function explainLog(log: string, from: number): string {
  const lines = readFileSync(log)
    .subarray(from)
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim());
  return (
    lines.findLast((line) => /error|exception|fatal|already in use|cannot|failed/i.test(line))?.slice(0, 400) ??
    'it said nothing of a fault'
  );
}

async function waitUntilReady({
  isReady,
  lives,
  log,
  from,
}: {
  readonly isReady: () => Promise<boolean>;
  readonly lives: () => boolean;
  readonly log: string;
  readonly from: number;
}): Promise<void> {
  const end = performance.now() + START_TIMEOUT_MS;
  while (!(await isReady())) {
    if (!lives()) throw new Failure(`ended while it started: ${explainLog(log, from)} (log: ${log})`);
    if (performance.now() > end) throw new Failure(`does not answer after ${START_TIMEOUT_MS / 1000} s (log: ${log})`);
    await pause(AGAIN_MS);
  }
}

/** Makes sure that a server is ready; `say(line)` gets each step. Rejects with a {@link Failure} of one line. */
export function startServer(folder: string, name: string, say: Say): Promise<void> {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711); // PostgreSQL runs as another user when root starts it: it may traverse but not list
  return withLock(
    join(folder, `${name}.lock`),
    () => start(folder, name, say),
    (pid) => say(`another command (process ${pid}) works on it: waiting`),
  );
}

async function start(folder: string, name: string, say: Say): Promise<void> {
  const started = performance.now();
  const found = describeServer(folder, name);
  if (found.runs) {
    await checkRunning(found);
    await writeServerEnvironment(folder);
    say(`runs already on ${found.server.address(found)} (process ${found.record.pid})`);
    return;
  }
  for (const pid of findServers(found.known)) {
    say(`ending process ${pid}, which a killed command left behind`);
    await endServer(pid, found.known);
  }
  const { server, folder: own } = found;
  mkdirSync(own, { recursive: true });
  chmodSync(own, server.folderMode ?? 0o700);
  const ports = await ensurePorts(folder, name, server.ports, say);
  const log = join(own, server.logFile ?? `${name}.log`);
  const plan = await server.prepare?.({ folder: own, ports, say });
  const launched = performance.now();
  const { child, from } = plan ? launch(plan, own, log) : { child: undefined, from: sizeOf(log) };
  const pid = child ? child.pid : await server.start?.({ folder: own, ports, say });
  if (pid === undefined) {
    const [error] = child ? ((await once(child, 'error')) as Error[]) : [];
    throw new Failure(`${plan?.program ?? name} cannot be run: ${error?.message ?? 'it has no process'}`);
  }
  const version = plan?.version ?? server.version ?? '';
  await changeRecord(folder, name, () => ({
    version,
    pid,
    program: plan?.program ?? server.program ?? name,
    address: server.address({ ports }),
    log,
    startedAt: new Date().toISOString(),
  }));
  await waitUntilReady({
    isReady: () => server.isReady({ ports, folder: own }),
    lives: () => (child ? child.exitCode === null && child.signalCode === null : describeServer(folder, name).runs),
    log,
    from,
  });
  await writeServerEnvironment(folder);
  say(
    `ready on ${server.address({ ports })} (${version}, process ${pid}) after ${seconds(started)}, ` +
      `${seconds(launched)} of them its start`,
  );
}

async function checkRunning({ server, record, ports, folder }: FoundServer): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await server.isReady({ ports, folder }))) {
    if (isFrozen(Number(record.pid)))
      throw new Failure(
        `process ${record.pid} is frozen: kill -CONT ${record.pid}, or npm run servers -- stop ${server.name}`,
      );
    if (performance.now() > end)
      throw new Failure(
        `process ${record.pid} runs but does not answer: npm run servers -- stop ${server.name} (log: ${record.log})`,
      );
    await pause(AGAIN_MS);
  }
}

/** Stops a server; its data, ports and log stay. */
export function stopServer(folder: string, name: string, say: Say): Promise<void> {
  return withLock(join(folder, `${name}.lock`), async () => {
    const { server, record, known, runs } = describeServer(folder, name);
    const pids = runs ? [Number(record.pid)] : findServers(known);
    const started = performance.now();
    for (const pid of pids) {
      const how = await endServer(pid, known, { signal: server.stopSignal });
      say(`stopped ${how ?? 'already'} (process ${pid}) after ${seconds(started)}`);
    }
    if (record.pid !== undefined) await changeRecord(folder, name, () => ({ pid: undefined }));
    if (pids.length === 0) say('does not run');
    await writeServerEnvironment(folder);
  });
}

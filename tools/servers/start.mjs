/** Starts one server, or leaves it when it runs, and waits until it answers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../install.mjs';
import { plainEnvironment } from './commands.mjs';
import { describeServer, writeServerEnvironment } from './environment.mjs';
import { withLock } from './lock.mjs';
import { choosePort, isFree } from './ports.mjs';
import { endServer, findServers, isFrozen } from './processes.mjs';
import { changeRecord, makeServersFolder } from './record.mjs';

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
const START_TIMEOUT_MS = 120_000;
const AGAIN_MS = 40;

const seconds = (started) => `${((performance.now() - started) / 1000).toFixed(1)} s`;

/**
 * The ports of the record, those still missing drawn by chance; a kept one that somebody else took by now is replaced.
 */
async function ensurePorts(folder, name, wanted, say) {
  const record = await changeRecord(folder, name, async ({ ports: kept = {} }, all) => {
    const taken = new Set(Object.values(all).flatMap(({ ports = {} }) => Object.values(ports)));
    const ports = {};
    for (const [purpose, options] of Object.entries(wanted)) {
      const free = kept[purpose] && (await isFree(kept[purpose], options));
      ports[purpose] = free ? kept[purpose] : await choosePort(taken, options);
      if (kept[purpose] && !free)
        say(`port ${kept[purpose]} belongs to another program by now: taking ${ports[purpose]}`);
    }
    return { ports };
  });
  return record.ports;
}

const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function openLog(file) {
  mkdirSync(dirname(file), { recursive: true });
  if (sizeOf(file) > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o640);
}

/** A process of its own group, so that neither the end of this command nor a terminal's Ctrl-C ends it. */
function launch({ program, args, env = {} }, folder, logFile) {
  const log = openLog(logFile);
  try {
    const from = sizeOf(logFile);
    const child = spawn(program, args, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...plainEnvironment(), ...env },
    });
    child.unref();
    return { child, from };
  } finally {
    closeSync(log);
  }
}

/** The last line of the log, from where this start began, that tells of a fault. */
function explainLog(log, from) {
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

async function waitUntilReady({ isReady, lives, log, from }) {
  const end = performance.now() + START_TIMEOUT_MS;
  while (!(await isReady())) {
    if (!lives()) throw new Failure(`ended while it started: ${explainLog(log, from)} (log: ${log})`);
    if (performance.now() > end) throw new Failure(`does not answer after ${START_TIMEOUT_MS / 1000} s (log: ${log})`);
    await pause(AGAIN_MS);
  }
}

/**
 * Makes sure that a server runs and answers; `say(line)` hears each step. Rejects with a {@link Failure} of one line.
 */
export function startServer(folder, name, say) {
  makeServersFolder(folder);
  return withLock(
    join(folder, `${name}.lock`),
    () => start(folder, name, say),
    (pid) => say(`another command (process ${pid}) works on it: waiting`),
  );
}

async function start(folder, name, say) {
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
  const { child, from = sizeOf(log) } = plan ? launch(plan, own, log) : {};
  const pid = child ? child.pid : await server.start({ folder: own, ports, say });
  if (pid === undefined) throw new Failure(`${plan.program} cannot be run: ${(await once(child, 'error'))[0].message}`);
  const version = plan?.version ?? server.version;
  await changeRecord(folder, name, () => ({
    version,
    pid,
    program: plan?.program ?? server.program,
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
    `ready on ${server.address({ ports })} (${version}, process ${pid}) after ${seconds(started)}, ${seconds(launched)} of them its start`,
  );
}

async function checkRunning({ server, record, ports, folder }) {
  const end = performance.now() + 10_000;
  while (!(await server.isReady({ ports, folder }))) {
    if (isFrozen(record.pid))
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

/** Stops a server and keeps its data, its ports and its log. */
export function stopServer(folder, name, say) {
  return withLock(join(folder, `${name}.lock`), async () => {
    const { server, record, known, runs } = describeServer(folder, name);
    const pids = runs ? [record.pid] : findServers(known);
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

/** The commands on real servers: start, stop, status, run. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Failure } from '../install.mjs';
import { catalogue, usual } from './catalogue.mjs';
import { endChildren } from './commands.mjs';
import { describeServer, readServerEnvironment } from './environment.mjs';
import { isFrozen, readMemoryOf } from './processes.mjs';
import { serversFolder } from './record.mjs';
import { startServer, stopServer } from './start.mjs';

const names = Object.keys(catalogue);
const usage = `Usage: npm run servers -- start|stop|status [${names.join(' ')} | all], or run -- <command>`;

/** The servers that the arguments name, in the catalogue's order; refuses a name that is none. */
export function chooseServers(args, unnamed) {
  const unknown = args.find((arg) => arg !== 'all' && !names.includes(arg));
  if (unknown !== undefined) throw new Failure(`There is no server ${unknown}. ${usage}`);
  if (args.length === 0) return unnamed;
  return args.includes('all') ? names : names.filter((name) => args.includes(name));
}

/** Whether the environment names a server of somebody else's, so that none is started: its address may be ours too. */
export function isConfigured({ server, record, ports, folder }, env) {
  const configured = env[server.configuredBy];
  if (!configured) return false;
  return record.ports === undefined || server.variables({ ports, folder })[server.configuredBy] !== configured;
}

const line = (name, width) => (text) => console.log(`${name.padEnd(width)} ${text}`);

/** One line for what a person can do something about; more for what is a mistake of ours. */
const explain = (error) => (error instanceof Failure || error.syscall ? error.message : error.stack);

/** Works on all at once; a line for each that failed. Answers the exit code. */
async function forEach(chosen, work) {
  const width = Math.max(...chosen.map((name) => name.length));
  const results = await Promise.allSettled(chosen.map((name) => work(name, line(name, width))));
  const failed = results.flatMap(({ status, reason }, index) =>
    status === 'rejected' ? [{ name: chosen[index], reason }] : [],
  );
  for (const { name, reason } of failed) console.error(`${name.padEnd(width)} ${explain(reason)}`);
  return failed.length === 0 ? 0 : 1;
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'];

async function start(folder, args) {
  for (const signal of endings) {
    process.once(signal, () => {
      endChildren(); // downloads; servers that were started stay
      process.exit(128 + constants.signals[signal]);
    });
  }
  const started = performance.now();
  const code = await forEach(chooseServers(args, usual), async (name, say) => {
    const found = describeServer(folder, name);
    if (isConfigured(found, process.env)) say(`not started: ${found.server.configuredBy} names another one`);
    else await startServer(folder, name, say);
  });
  console.log(
    `${code === 0 ? 'Done' : 'Not all started'} after ${((performance.now() - started) / 1000).toFixed(1)} s; the variables that point the mesh at them are in ${folder}/environment.json`,
  );
  return code;
}

async function describeState(folder, name) {
  const found = describeServer(folder, name);
  const { server, record, ports, runs } = found;
  if (record.ports === undefined) return [name, server.version ?? '', '', '', 'never started', ''];
  const address = server.address({ ports });
  if (!runs) return [name, record.version, address, '', 'stopped', ''];
  const state = isFrozen(record.pid) ? 'frozen' : (await server.isReady(found)) ? 'ready' : 'not ready';
  return [name, record.version, address, String(record.pid), state, `${readMemoryOf(record.pid)} MB`];
}

async function showStatus(folder, args) {
  const rows = await Promise.all(chooseServers(args, names).map((name) => describeState(folder, name)));
  const table = [['server', 'version', 'address', 'process', 'state', 'memory'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  for (const row of table)
    console.log(
      row
        .map((cell, column) => (cell ?? '').padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
  return args.length > 0 && rows.some((row) => row[4] !== 'ready') ? 1 : 0;
}

/** Runs a command that finds the servers by its environment, under the names of the mesh and of the tests. */
function runWithServers(folder, [program, ...args]) {
  if (program === undefined) throw new Failure(usage);
  const { mesh, test } = readServerEnvironment(folder);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...mesh, ...test } });
    for (const signal of endings) process.on(signal, () => child.kill(signal));
    child.once('error', (error) => reject(new Failure(`${program} cannot be run: ${error.message}`)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** The whole of `npm run servers`: answers its exit code. */
export async function runCommand(args) {
  try {
    return await choose(serversFolder(), args);
  } catch (error) {
    throw error.syscall ? new Failure(error.message) : error;
  }
}

function choose(folder, [command, ...args]) {
  if (command === 'start') return start(folder, args);
  if (command === 'stop') return forEach(chooseServers(args, names), (name, say) => stopServer(folder, name, say));
  if (command === 'status') return showStatus(folder, args);
  if (command === 'run') return runWithServers(folder, args[0] === '--' ? args.slice(1) : args);
  throw new Failure(usage);
}

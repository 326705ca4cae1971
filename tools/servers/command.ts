/** The commands on real servers: start, stop, status, run. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Failure } from '#launch';
import { tableOf } from '../mesh/table.js';
import { catalogue, usual } from './catalogue.js';
import { isFrozen, readMemoryOf } from './processes.js';
import { endChildren } from './programs.js';
import { describeServer, readServerEnvironment, serversFolder } from './record.js';
import type { Place, Say, Server } from './server.js';
import { startServer, stopServer } from './start.js';

const names = catalogue.map(({ name }) => name);
const usage = `Usage: npm run servers -- start|stop|status [${names.join(' ')} | all], or run -- <command>`;

/** The named servers in the catalogue's order. Throws for an unknown name. */
export function chooseServers(args: readonly string[], unnamed: readonly string[]): readonly string[] {
  const unknown = args.find((arg) => arg !== 'all' && !names.includes(arg));
  if (unknown !== undefined) throw new Failure(`There is no server ${unknown}. ${usage}`);
  if (args.length === 0) return unnamed;
  return args.includes('all') ? names : names.filter((name) => args.includes(name));
}

/** Whether the environment names an external server, not the local one, so that none is started. */
export function isConfigured(
  {
    server,
    record,
    ports,
    folder,
  }: Place & {
    readonly server: Pick<Server, 'configuredBy' | 'variables'>;
    readonly record: { readonly ports?: Place['ports'] };
  },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const configured = env[server.configuredBy];
  if (!configured) return false;
  return record.ports === undefined || server.variables({ ports, folder })[server.configuredBy] !== configured;
}

const line =
  (name: string, width: number): Say =>
  (text) =>
    console.log(`${name.padEnd(width)} ${text}`);

/** One line for a failure that the user can fix; the stack for a bug. */
const explain = (error: unknown): string | undefined =>
  error instanceof Failure || isSystemError(error)
    ? error.message
    : error instanceof Error
      ? error.stack
      : String(error);

/** A failed system call, such as a full disk or a read-only folder. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && (error as NodeJS.ErrnoException).syscall !== undefined;

/** Works on all at once, and prints a line for each failure. Returns the exit code. */
async function forEach(chosen: readonly string[], work: (name: string, say: Say) => Promise<void>): Promise<number> {
  const width = Math.max(...chosen.map((name) => name.length));
  const results = await Promise.allSettled(chosen.map((name) => work(name, line(name, width))));
  for (const [index, result] of results.entries())
    if (result.status === 'rejected') console.error(`${chosen[index]?.padEnd(width)} ${explain(result.reason)}`);
  return results.every(({ status }) => status === 'fulfilled') ? 0 : 1;
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function start(folder: string, args: readonly string[]): Promise<number> {
  for (const signal of endings) {
    process.once(signal, () => {
      endChildren(); // downloads only; started servers keep running
      process.exit(128 + constants.signals[signal]);
    });
  }
  const started = performance.now();
  const code = await forEach(chooseServers(args, usual), async (name, say) => {
    const found = describeServer(folder, name);
    if (isConfigured(found, process.env)) say(`not started: ${found.server.configuredBy} names another one`);
    else await startServer(folder, name, say);
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const outcome = `${code === 0 ? 'Done' : 'Not all started'} after ${seconds} s`;
  console.log(`${outcome}; the variables that point the mesh at them are in ${folder}/environment.json`);
  return code;
}

async function describeState(folder: string, name: string): Promise<string[]> {
  const found = describeServer(folder, name);
  const { server, record, ports, runs } = found;
  if (record.ports === undefined) return [name, server.version ?? '', '', '', 'never started', ''];
  const address = server.address({ ports });
  const { version = '', pid = 0 } = record;
  if (!runs) return [name, version, address, '', 'stopped', ''];
  const state = isFrozen(pid) ? 'frozen' : (await server.isReady(found)) ? 'ready' : 'not ready';
  return [name, version, address, String(pid), state, `${readMemoryOf(pid)} MB`];
}

async function showStatus(folder: string, args: readonly string[]): Promise<number> {
  const rows = await Promise.all(chooseServers(args, names).map((name) => describeState(folder, name)));
  for (const line of tableOf([['server', 'version', 'address', 'process', 'state', 'memory'], ...rows]))
    console.log(line);
  return args.length > 0 && rows.some((row) => row[4] !== 'ready') ? 1 : 0;
}

/** Runs a command with the variables of the servers, under the names of the mesh and of the tests. */
function runWithServers(folder: string, [program, ...args]: readonly string[]): Promise<number> {
  if (program === undefined) throw new Failure(usage);
  const { mesh, test } = readServerEnvironment(folder);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...mesh, ...test } });
    for (const signal of endings) process.on(signal, () => child.kill(signal));
    child.once('error', (error) => reject(new Failure(`${program} cannot be run: ${error.message}`)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  });
}

/** Runs `npm run servers` and returns its exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    return await choose(serversFolder(), args);
  } catch (error) {
    throw isSystemError(error) ? new Failure(error.message) : error;
  }
}

async function choose(folder: string, [command, ...args]: readonly string[]): Promise<number> {
  if (command === 'start') return start(folder, args);
  if (command === 'stop') return forEach(chooseServers(args, names), (name, say) => stopServer(folder, name, say));
  if (command === 'status') return showStatus(folder, args);
  if (command === 'locate') return locate(args[0] ?? '');
  if (command === 'run') return runWithServers(folder, args[0] === '--' ? args.slice(1) : args);
  throw new Failure(usage);
}

/** Prints how a server is run (JSON), for tests that start their own. Installs it if needed. */
async function locate(name: string): Promise<number> {
  const server = catalogue.find((one) => one.name === name);
  if (!server?.locate) throw new Failure(`${name || 'nothing'} is no server that tests start by themselves`);
  console.log(JSON.stringify(await server.locate((line) => console.error(`${name} ${line}`))));
  return 0;
}

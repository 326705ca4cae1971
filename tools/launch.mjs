/**
 * Shared by all commands: prepares the workspace (packages, Node 26, build), runs a program, forwards signals and exits
 * with its exit code. Runs on Node 20 without any package until they are installed.
 */
import { execFileSync, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, ensureInstalled } from './install.mjs';

export { Failure };
export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The Node that npm installs. */
export const node = join(root, 'node_modules/.bin/node');

const NEEDED_NODE = 26;
/** Ctrl-C reaches npm, this process and its child, and npm forwards it again. Signals within this time are one. */
const REPEAT_MS = 2_000;
/** How long the child has to end after a second signal. */
const FORCE_MS = 5_000;

function checkNode() {
  let version;
  try {
    version = execFileSync(node, ['-p', 'process.versions.node'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    throw new Failure(
      `Node ${NEEDED_NODE} is missing (${node} cannot be run): npm brings it for Linux and macOS on x64 and ` +
        'arm64; remove node_modules and try again.',
    );
  }
  if (Number.parseInt(version, 10) < NEEDED_NODE)
    throw new Failure(
      `MediaMesh needs Node ${NEEDED_NODE} or newer, and node_modules/.bin/node is ${version}: remove ` +
        'node_modules and try again.',
    );
}

/** Installs and builds what is missing; silent when nothing is. `set` is 'production' or 'all'. */
export async function makeReady({ set = 'production', say = (line) => console.log(line) } = {}) {
  const stop = new AbortController();
  const interrupt = (signal) => {
    stop.abort();
    process.exit(128 + constants.signals[signal]);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, interrupt);
  try {
    await ensureInstalled(root, set, say, stop.signal);
    checkNode();
    const { planBuild } = await import('./build.mjs');
    const { changed, removed } = planBuild();
    if (changed.length + removed.length === 0) return;
    say(`Building ${changed.length} files …`);
    // a separate process frees the memory of the compiler
    const code = await new Promise((resolve, reject) => {
      const child = spawn(node, [join(root, 'tools/build.mjs')], {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
        signal: stop.signal,
      });
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (code !== 0) throw new Failure('The build failed.');
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

/**
 * Runs a program with Node 26 and this process's input and output, and returns its exit code. Signals are forwarded,
 * except repeated ones. After a second signal the program is killed if it does not end. An IPC channel lets the program
 * detect the death of this process.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export function runProgram(args, { env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd: process.cwd(), env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    let lastSignalAt = -Infinity;
    let count = 0;
    let force;
    const pass = (signal) => {
      const now = performance.now();
      if (now - lastSignalAt < REPEAT_MS) return;
      lastSignalAt = now;
      count += 1;
      child.kill(signal);
      if (count === 2) force = setTimeout(() => child.kill('SIGKILL'), FORCE_MS);
      if (count > 2) child.kill('SIGKILL');
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(force);
      // handlers stay: a late repeated signal from npm must not kill this process after a graceful stop
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/**
 * Runs a command and exits with its code; a {@link Failure} is printed as one line.
 * @param {() => number | Promise<number>} command
 */
export async function main(command) {
  try {
    process.exit(await command());
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    process.exit(1);
  }
}

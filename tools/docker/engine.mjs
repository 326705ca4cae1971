/** A container engine to build with: the one that runs, else one of our own that ends with us. */
import { execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PLENTY = { maxBuffer: 64 * 1024 * 1024 };
const START_MS = 30_000;
const STOP_MS = 20_000;

const onPath = (name) =>
  [...(process.env.PATH ?? '').split(':'), '/usr/bin', '/usr/sbin']
    .map((folder) => join(folder, name))
    .filter((path) => existsSync(path));

/** A client that can use BuildKit: from version 23 on that takes the plugin `buildx`. */
async function findClient() {
  for (const program of onPath('docker')) {
    const version = await run(program, ['--version']).then(
      ({ stdout }) => Number(/version (\d+)/.exec(stdout)?.[1]),
      () => undefined,
    );
    const buildx = await run(program, ['buildx', 'version']).then(
      () => true,
      () => false,
    );
    if (version !== undefined && (buildx || version < 23)) return program;
  }
  return undefined;
}

const clientOf = (program, host) => {
  const env = { ...process.env, DOCKER_BUILDKIT: '1', ...(host && { DOCKER_HOST: host }) };
  /** Runs the client and answers its output; rejects with an error that holds `stderr`. */
  const docker = (args, options = {}) => run(program, args, { env, ...PLENTY, ...options });
  docker.program = program;
  docker.environment = env;
  return docker;
};

const answers = (docker) =>
  docker(['version', '--format', '{{.Server.Version}}']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );

/** An engine leaves mounts of its own behind, deepest last. */
async function unmountBelow(folder) {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const path of mounts.filter((path) => path.startsWith(`${folder}/`)).reverse()) await run('umount', [path]);
}

/**
 * Starts `dockerd` without a bridge and without firewall rules, so that it leaves nothing behind. Its containers use
 * the host's network or none.
 */
async function startOwn(program, server) {
  const folder = mkdtempSync('/tmp/mediamesh-engine-'); // short: it holds a socket
  const host = `unix://${join(folder, 'docker.sock')}`;
  const log = openSync(join(folder, 'log'), 'a');
  const paths = [
    '--data-root',
    join(folder, 'data'),
    '--exec-root',
    join(folder, 'exec'),
    '--pidfile',
    join(folder, 'pid'),
  ];
  const child = spawn(
    server,
    [
      '-H',
      host,
      ...paths,
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
      '--ip-forward=false',
      '--ip-masq=false',
    ],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  const docker = clientOf(program, host);
  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
    await unmountBelow(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const version = await answers(docker);
    if (version) return { docker, about: `an engine of our own (${version}), which ends with this check`, stop };
    await pause(200);
  }
  const reason = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').at(-1);
  await stop();
  return { reason: `dockerd does not start here: ${reason}` };
}

/** `{ docker, about, stop }`, or `{ reason }` why no image can be built here. */
export async function findEngine() {
  const program = await findClient();
  if (!program) return { reason: 'there is no docker client that can build' };
  const docker = clientOf(program);
  const version = await answers(docker);
  if (version) return { docker, about: `the engine that runs here (${version})`, stop: async () => undefined };
  const [server] = onPath('dockerd');
  if (!server) return { reason: 'no engine runs here, and there is no dockerd to start' };
  if (process.getuid?.() !== 0) return { reason: 'no engine runs here, and only root can start one' };
  return startOwn(program, server);
}

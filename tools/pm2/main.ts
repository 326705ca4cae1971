/**
 * `npm run pm2 -- start ecosystem.config.js`: runs PM2 on the Node of the workspace with its own PM2_HOME, so that its
 * processes run on this Node too. Also creates the secrets before a start, maintains `.mesh/mesh.json`, and stops
 * gateways before services.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, main, root, runProgram } from '#launch';
import { ConfigError, readConfig } from '@mediamesh/app';
import { appNames, isGateway } from '@mediamesh/contracts';
import { apps } from '../generate/apps.js';
import { readMeshEnvironment } from '../mesh/environment.js';
import { meshFolder } from '../mesh/mesh-folder.js';
import { describeMesh } from '../mesh/standing.js';

const program = join(root, 'node_modules/pm2/bin/pm2');
const gateways = appNames.filter(isGateway);

await main(async () => {
  const args = process.argv.slice(2);
  const folder = meshFolder(process.env);
  const env = {
    ...process.env,
    PM2_HOME: process.env['PM2_HOME'] || join(folder, 'pm2'),
    PM2_DISCRETE_MODE: 'true',
    PM2_CONCURRENT_ACTIONS: '4',
  };
  const [command = '', of] = args.filter((arg) => !arg.startsWith('-'));
  const isStart =
    (command === 'start' || command === 'restart' || command === 'reload') && of === 'ecosystem.config.js';
  const isEnd =
    ['stop', 'delete', 'kill'].includes(command) && (of === undefined || of === 'all' || of === 'ecosystem.config.js');

  const ranBefore = existsSync(join(folder, 'mesh.json'));
  if (isStart) prepare(folder);
  if (isEnd) {
    rmSync(join(folder, 'mesh.json'), { force: true });
    // services stop last, when no gateway calls them
    spawnSync(process.execPath, [program, 'stop', ...gateways], { env, cwd: root, stdio: 'ignore' });
  }
  // PM2 stores the variables of all processes there
  mkdirSync(env.PM2_HOME, { recursive: true });
  chmodSync(env.PM2_HOME, 0o700);
  const code = await runProgram([program, ...args], { env });
  if (code !== 0 || !isStart) return code;
  refuseFailures(env, folder, ranBefore);
  writeMeshFile(folder, env.PM2_HOME);
  return 0;
});

/**
 * Fails unless every process is online: PM2 accepts processes that restart for ever. If nothing ran before, the PM2
 * daemon is killed too, because `pm2 delete` is not reliable: some processes start again.
 */
function refuseFailures(env: NodeJS.ProcessEnv, folder: string, ranBefore: boolean): void {
  const { stdout } = spawnSync(process.execPath, [program, 'jlist', '--silent'], {
    env,
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const all = JSON.parse(stdout.slice(stdout.indexOf('['))) as readonly {
    readonly name: string;
    readonly pm2_env: { readonly status: string };
  }[];
  const names = [...new Set(all.filter(({ pm2_env: { status } }) => status !== 'online').map(({ name }) => name))];
  if (names.length === 0) return;
  const lines = names.map((name) => `  ${name}: ${readLastLine(join(folder, 'logs', `${name}.log`))}`);
  if (!ranBefore) spawnSync(process.execPath, [program, 'kill'], { env, cwd: root, stdio: 'ignore' });
  const outcome = ranBefore ? ' (npm run pm2 -- kill stops all of them)' : ', so all were stopped again';
  throw new Failure(`Not every app came up${outcome}:\n${lines.join('\n')}`);
}

function readLastLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').at(-1) || 'it has said nothing';
  } catch (error) {
    return `it has no log (${(error as NodeJS.ErrnoException).code})`;
  }
}

function prepare(folder: string): void {
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o711); // PostgreSQL runs as another user when root starts it
  if (process.env['NODE_ENV'] !== 'production') {
    const { status } = spawnSync(
      process.execPath,
      [join(root, 'dist/apps/all-in-one/src/embedded/secrets.main.js'), folder],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    if (status !== 0) throw new Failure('The secrets of this install cannot be made.');
  }
  const environment = readMeshEnvironment(process.env);
  if (
    environment['NODE_ENV'] !== 'production' &&
    (!environment['POSTGRES_URL'] || environment['EVENT_BUS'] !== 'kafka')
  )
    throw new Failure(
      'Nine processes need servers: start them with npm run servers -- start, ' +
        'or name them (POSTGRES_URL, EVENT_BUS=kafka, KAFKA_BROKERS, …).',
    );
  checkConfiguration(environment);
}

/** Runs before any process is touched: a process would reject the configuration only after the old one is gone. */
function checkConfiguration(environment: Readonly<Record<string, string>>): void {
  try {
    readConfig(apps, environment);
  } catch (error) {
    throw error instanceof ConfigError ? new Failure(error.message) : error;
  }
}

/** The chosen adapters. A server that is not started is not used, so this is shown. */
function describeStanding({
  KAFKA_BROKERS,
  LIMIT_STORE = 'memory',
  SEARCH_INDEX = 'sqlite',
  OBJECT_STORE = 'files',
  CATALOG_STORE = 'postgres',
}: Readonly<Record<string, string>>): string {
  return [
    `Kafka ${KAFKA_BROKERS}`,
    `limits in ${LIMIT_STORE}`,
    `search in ${SEARCH_INDEX}`,
    `objects in ${OBJECT_STORE}`,
    `catalogue in ${CATALOG_STORE}`,
  ].join(' · ');
}

/** Writes `mesh.json`, which the command line reads, and prints a summary. */
function writeMeshFile(folder: string, pm2Home: string): void {
  const content = {
    ...describeMesh(process.env),
    pid: Number(readFileSync(join(pm2Home, 'pm2.pid'), 'utf8')),
    startedAt: new Date().toISOString(),
  };
  const file = join(folder, 'mesh.json');
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  console.log(`
MediaMesh is up.

  Editors     ${content.cms}          Swagger ${content.cms}/docs
  The public  ${content.discovery}          Swagger ${content.discovery}/docs
  Logs        ${join(folder, 'logs')}
  Stands on   ${describeStanding(readMeshEnvironment(process.env))}

Stop:  npm run pm2 -- kill`);
}

/**
 * `npm run pm2 -- start ecosystem.config.js`: PM2 on the workspace's own Node, with a home of its own, so that every
 * process it starts runs on that Node too. Around it: secrets are made before a start, `.mesh/mesh.json` says where the
 * mesh is, and gateways stop before services.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './install.mjs';
import { main, makeReady, node, root, runProgram } from './launch.mjs';
import { describeMesh, meshFolder, readMeshEnvironment } from './mesh-environment.mjs';

const program = join(root, 'node_modules/pm2/bin/pm2');
const gateways = ['cms-gateway', 'discovery-gateway'];

await main(async () => {
  const args = process.argv.slice(2);
  await makeReady({ set: 'all', say: (line) => console.error(line) });
  const folder = meshFolder();
  const env = {
    ...process.env,
    PM2_HOME: process.env.PM2_HOME || join(folder, 'pm2'),
    PM2_DISCRETE_MODE: 'true',
    PM2_CONCURRENT_ACTIONS: '4',
  };
  const [command, of] = args.filter((arg) => !arg.startsWith('-'));
  const isStart =
    (command === 'start' || command === 'restart' || command === 'reload') && of === 'ecosystem.config.js';
  const isEnd =
    ['stop', 'delete', 'kill'].includes(command) && (of === undefined || of === 'all' || of === 'ecosystem.config.js');

  const ranBefore = existsSync(join(folder, 'mesh.json'));
  if (isStart) prepare(folder);
  if (isEnd) {
    rmSync(join(folder, 'mesh.json'), { force: true });
    // nobody asks a service any more when it stops
    spawnSync(node, [program, 'stop', ...gateways], { env, cwd: root, stdio: 'ignore' });
  }
  // what PM2 keeps there holds every variable of every process
  mkdirSync(env.PM2_HOME, { recursive: true });
  chmodSync(env.PM2_HOME, 0o700);
  const code = await runProgram([program, ...args], { env });
  if (code !== 0 || !isStart) return code;
  refuseFailures(env, folder, ranBefore);
  writeMeshFile(folder, env.PM2_HOME);
  return 0;
});

/**
 * PM2 is content with processes that end and are started again for ever, and starts some of them again that it was told
 * to forget: only its own end is sure. Where nothing ran before, nothing runs after a start that failed.
 */
function refuseFailures(env, folder, ranBefore) {
  const { stdout } = spawnSync(node, [program, 'jlist', '--silent'], {
    env,
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const failed = JSON.parse(stdout.slice(stdout.indexOf('['))).filter(
    ({ pm2_env: state }) => state.status !== 'online',
  );
  const names = [...new Set(failed.map(({ name }) => name))];
  if (names.length === 0) return;
  const lines = names.map((name) => `  ${name}: ${readLastLine(join(folder, 'logs', `${name}.log`))}`);
  if (!ranBefore) spawnSync(node, [program, 'kill'], { env, cwd: root, stdio: 'ignore' });
  throw new Failure(
    `Not every app came up${ranBefore ? ' (npm run pm2 -- kill stops all of them)' : ', so all were stopped again'}:\n${lines.join('\n')}`,
  );
}

function readLastLine(file) {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').at(-1) || 'it has said nothing';
  } catch (error) {
    return `it has no log (${error.code})`;
  }
}

function prepare(folder) {
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o711); // PostgreSQL, which runs as another user when root starts it, passes through
  if (process.env.NODE_ENV === 'production') return checkConfiguration();
  const { status } = spawnSync(node, [join(root, 'dist/apps/all-in-one/src/embedded/secrets.main.js'), folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Failure('The secrets of this install cannot be made.');
  const { POSTGRES_URL: postgres, EVENT_BUS: bus } = readMeshEnvironment();
  if (!postgres || bus !== 'kafka')
    throw new Failure(
      'Nine processes need servers: start them with npm run servers -- start, or name them (POSTGRES_URL, EVENT_BUS=kafka, KAFKA_BROKERS, …).',
    );
  checkConfiguration();
}

/** Before anything that runs is touched: each process would refuse by itself, but only when the old one is gone. */
function checkConfiguration() {
  const { status, stderr } = spawnSync(
    node,
    ['--disable-warning=ExperimentalWarning', join(root, 'tools/check-configuration.mjs')],
    { cwd: root, env: readMeshEnvironment(), encoding: 'utf8' },
  );
  if (status !== 0) throw new Failure(stderr.trim());
}

/** The adapters that were chosen: a server that was not started is not used, and nobody should have to guess. */
function describeStanding({
  KAFKA_BROKERS,
  LIMIT_STORE = 'memory',
  SEARCH_INDEX = 'sqlite',
  OBJECT_STORE = 'files',
  CATALOG_STORE = 'postgres',
}) {
  return `Kafka ${KAFKA_BROKERS} · limits in ${LIMIT_STORE} · search in ${SEARCH_INDEX} · objects in ${OBJECT_STORE} · catalogue in ${CATALOG_STORE}`;
}

/** What the command line and the README read. */
function writeMeshFile(folder, pm2Home) {
  const content = {
    ...describeMesh(),
    pid: Number(readFileSync(join(pm2Home, 'pm2.pid'), 'utf8')),
    startedAt: new Date().toISOString(),
  };
  const file = join(folder, 'mesh.json');
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  console.log(
    `\nMediaMesh is up.\n\n  Editors     ${content.cms}          Swagger ${content.cms}/docs\n  The public  ${content.discovery}          Swagger ${content.discovery}/docs\n  Logs        ${join(folder, 'logs')}\n  Stands on   ${describeStanding(readMeshEnvironment())}\n\nStop:  npm run pm2 -- kill`,
  );
}

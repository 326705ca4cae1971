/** Builds every image where an engine can run, starts each as compose would, and walks one app up and down. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { readServerEnvironment } from '../servers/environment.mjs';
import { findBase } from './base-image.mjs';
import { LARGEST_BYTES, saysWhatItWants } from './check-pruning.mjs';
import { findEngine } from './engine.mjs';
import { COMMAND_LINE } from './prune.mjs';

const BUILD_MS = 900_000;
const READY_MS = 60_000;
/** As in docker-compose.yml. */
const HARDENED = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
const WALKED = 'auth-service';
const imageOf = (app) => `mediamesh/${app}:local`;

const outcome = (promise) =>
  promise.then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout = '', stderr = '', message }) => ({ code, output: stdout + stderr || message }),
  );

/**
 * `compiled` makes everything inside; on a base of our own, which has no npm, the folders that were pruned before go
 * in.
 */
async function buildImage(docker, root, { app, folder }, { base, local }) {
  const args = [
    '--build-arg',
    `APP=${app}`,
    '--build-arg',
    `BASE=${base}`,
    '--build-arg',
    `PRUNED=${local ? 'ready' : 'compiled'}`,
  ];
  await docker(['build', '-q', '-t', imageOf(app), '-f', join(root, 'Dockerfile'), ...args, local ? folder : root], {
    timeout: BUILD_MS,
  });
}

/** What the image itself must say, and how it starts without configuration. */
async function checkImage(docker, app, base) {
  const inspect = async (name) => JSON.parse((await docker(['image', 'inspect', name])).stdout)[0];
  const [image, below] = [await inspect(imageOf(app)), await inspect(base)];
  const { User, StopSignal, Entrypoint, Healthcheck, Labels, Env } = image.Config;
  const bytes = image.Size - below.Size;
  const mistakes = [
    [User === '1000:1000', 'runs as another user than 1000'],
    [StopSignal === 'SIGTERM', 'is not stopped by SIGTERM'],
    [Entrypoint?.[0] === 'node', 'does not start Node itself'],
    [Healthcheck?.Test?.[0] === 'CMD', 'has no health check without a shell'],
    [Boolean(Labels?.['org.opencontainers.image.title']?.endsWith(app)), 'has no label with its name'],
    [Env.includes('NODE_ENV=production') && Env.includes('BIND_ADDRESS=0.0.0.0'), 'is not set to production'],
    [bytes <= LARGEST_BYTES, `adds ${Math.round(bytes / 1e6)} MB to its base`],
  ].flatMap(([holds, what]) => (holds ? [] : [`image ${app}: ${what}`]));
  const start = await outcome(docker(['run', '--rm', '--network', 'none', ...HARDENED, imageOf(app)]));
  if (!saysWhatItWants(start, app)) mistakes.push(`image ${app}: does not start: ${start.output.trim().slice(0, 400)}`);
  return { bytes, mistakes };
}

/** Tries to write to /tmp, where it must be possible, and beside the app, where it must not. */
const WRITE = `
  const tried = ['/tmp/file', '/app/file'].map((path) => { try { fs.writeFileSync(path, ''); return 'written'; } catch (error) { return error.code; } });
  console.log(tried.join());`;

async function checkWriting(docker, app) {
  const { output } = await outcome(
    docker(['run', '--rm', '--network', 'none', ...HARDENED, '--entrypoint', 'node', imageOf(app), '-e', WRITE]),
  );
  return output.trim() === 'written,EROFS'
    ? []
    : [`image ${app}: writing to /tmp and /app ends with ${output.trim().slice(0, 200)}`];
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => resolve(port));
      });
  });

async function untilHealthy(docker, name) {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const { Status, Health } = JSON.parse((await docker(['inspect', '--format', '{{json .State}}', name])).stdout);
    if (Health?.Status === 'healthy') return;
    if (Status === 'exited' || performance.now() > deadline)
      throw new Error(`it is ${Health?.Status ?? Status}: ${Health?.Log?.at(-1)?.Output ?? ''}`);
    await pause(500);
  }
}

/** Runs statements on the server, one after the other. */
async function administer(url, ...statements) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function deleteTopics(broker, prefix) {
  const admin = new kafkajs.Kafka({ brokers: broker.split(','), logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: (await admin.listTopics()).filter((topic) => topic.startsWith(prefix)) });
  } finally {
    await admin.disconnect();
  }
}

/**
 * Migration, start, health, an answer, an orderly end; with a database and topics of its own on servers of this
 * machine. Answers a line; rejects when a step fails.
 */
async function walk(docker, { POSTGRES_URL, KAFKA_BROKERS }, names) {
  const secret = () => randomBytes(32).toString('base64url');
  const port = await freePort();
  const token = randomBytes(4).toString('hex');
  const prefix = `check-${token}-`;
  const database = `check_${token}`;
  const databaseUrl = Object.assign(new URL(POSTGRES_URL), { pathname: `/${database}` }).href;
  const variables = {
    AUTH_DATABASE_URL: databaseUrl,
    KAFKA_BROKERS,
    EVENT_BUS: 'kafka',
    KAFKA_PREFIX: prefix,
    KAFKA_REPLICATION: '1',
    KAFKA_PARTITIONS: '1',
    CURSOR_SECRETS: secret(),
    AUTH_KEY_SECRET: secret(),
    AUTH_SERVICE_PORT: String(port),
    BIND_ADDRESS: '127.0.0.1',
    ...Object.fromEntries(names.map((name) => [`SERVICE_SECRET_${name.toUpperCase().replaceAll('-', '_')}`, secret()])),
  };
  const name = `mediamesh-${prefix}${WALKED}`;
  const options = [
    '--network',
    'host',
    ...HARDENED,
    ...Object.entries(variables).flatMap(([key, value]) => ['-e', `${key}=${value}`]),
    imageOf(WALKED),
  ];
  await administer(POSTGRES_URL, `create database ${database} template template0 encoding 'UTF8'`);
  try {
    const migration = await outcome(docker(['run', '--rm', ...options, 'migrate'], { timeout: READY_MS }));
    if (migration.code !== 0) throw new Error(`its migration step failed: ${migration.output.trim()}`);
    await docker(['run', '-d', '--name', name, '--health-interval', '1s', ...options]);
    await untilHealthy(docker, name).catch(async (error) => {
      throw new Error(`${error.message}; ${(await outcome(docker(['logs', '--tail', '20', name]))).output}`);
    });
    const { status } = await fetch(`http://127.0.0.1:${port}/docs`);
    if (status !== 200) throw new Error(`/docs answers ${status}`);
    await docker(['stop', '--time', '30', name]);
    const code = (await docker(['inspect', '--format', '{{.State.ExitCode}}', name])).stdout.trim();
    if (code !== '0') throw new Error(`it ended with ${code} after SIGTERM`);
    return `${WALKED} walked up: migrated, healthy, answered, ended in order (read-only root, user 1000, no capability)`;
  } finally {
    await outcome(docker(['rm', '-f', '-v', name]));
    await administer(POSTGRES_URL, `drop database ${database} with (force)`);
    await deleteTopics(KAFKA_BROKERS, prefix);
  }
}

/**
 * Builds the images of `pruned`; `names` are the apps that know each other. Answers `{ mistakes, how, sizes }`; `how`
 * says in a line what was built and on what, or why nothing was.
 */
export async function checkImages(root, pruned, names, node, say) {
  const { docker, about, stop, reason } = await findEngine();
  if (!docker) return { mistakes: [], how: `NOT built: ${reason}`, sizes: new Map() };
  const sizes = new Map();
  const mistakes = [];
  try {
    const found = await findBase(
      docker,
      root,
      node,
      pruned.map(({ folder }) => folder),
    );
    const how = `built by ${about} on ${found.local ? 'a base made here of this machine’s Node and its libraries, from the pruned folders' : `${found.base}, everything compiled inside`}`;
    for (const one of pruned) {
      say(`Building ${imageOf(one.app)} …`);
      await buildImage(docker, root, one, found);
      const image = await checkImage(docker, one.app, found.base);
      sizes.set(one.app, image.bytes);
      mistakes.push(...image.mistakes);
    }
    if (pruned.length > 0) mistakes.push(...(await checkWriting(docker, pruned[0].app)));
    if (!sizes.has(WALKED)) return { mistakes, how, sizes };
    const servers = { ...readServerEnvironment().mesh, ...process.env };
    if (!servers.POSTGRES_URL || !servers.KAFKA_BROKERS)
      return {
        mistakes,
        how: `${how}; none walked up, since no servers run (npm run servers -- start postgres kafka)`,
        sizes,
      };
    const line = await walk(docker, servers, [...names, COMMAND_LINE]).catch((error) => {
      mistakes.push(`image ${WALKED}: ${error.message}`);
      return `${WALKED} not walked up`;
    });
    return { mistakes, how: `${how}; ${line}`, sizes };
  } catch (error) {
    return { mistakes: [...mistakes, `images: ${error.stderr?.trim() || error.message}`], how: 'not all built', sizes };
  } finally {
    await stop();
  }
}

/** Starts every app from its pruned folder, as its image does, with one PostgreSQL for all. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { screamingName } from '@mediamesh/contracts';
import { startEmbeddedPostgres } from '@mediamesh/postgres/embedded';
import { environmentOf } from './check-compose.js';
import type { ComposeModel } from './compose-rules.js';
import { COMMAND_LINE, type Plan, pruneApp } from './prune.js';

/** The maximum size that an app adds to the base image. */
const MAXIMUM_BYTES = 350 * 1024 * 1024;
const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;

export interface PrunedApp {
  readonly app: string;
  readonly folder: string;
  readonly plan: Plan;
  /** Bytes on disk, in blocks of 4 KiB. */
  readonly bytes: number;
}

const sizeOf = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + Math.ceil(statSync(join(entry.parentPath, entry.name)).size / 4096) * 4096, 0);

/** Prunes an app into `<folder>/<app>`. Outside the workspace a missing package cannot be found elsewhere. */
export function pruneInto(root: string, app: string, folder: string): PrunedApp {
  const own = join(folder, app);
  const plan = pruneApp(root, app, own, { link: true });
  return { app, folder: own, plan, bytes: sizeOf(own) };
}

type Variables = Readonly<Record<string, string>>;

const runNode = (
  args: readonly string[],
  cwd: string,
  env: Variables = {},
): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env, timeout: READY_TIMEOUT_MS }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });

const excerptOf = (output: string): string => output.trim().split('\n').slice(-8).join(' | ');

/** Imports every package that the app uses, also those that it loads only on demand. */
async function checkPackages({ app, folder, plan, bytes }: PrunedApp): Promise<string[]> {
  const code = plan.specifiers.map((name) => `await import(${JSON.stringify(name)});`).join('\n');
  const { code: exitCode, output } = await runNode(['--input-type=module', '-e', code], folder);
  return [
    ...(exitCode === 0 ? [] : [`${app}: a package is incomplete: ${excerptOf(output)}`]),
    ...(bytes > MAXIMUM_BYTES ? [`${app}: ${Math.round(bytes / 1e6)} MB are too many`] : []),
  ];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** There is no broker in this check; everything else must be available. */
const lacksBrokersOnly = (answer: string): boolean => {
  const { missing = [] } = JSON.parse(answer) as { readonly missing?: readonly string[] };
  return missing.length > 0 && missing.every((one) => /broker|topic|kafka/i.test(one));
};

/** Waits until the app is ready. Returns a sentence when it ends before, or never gets ready. */
async function findUnready(child: ChildProcess, port: string): Promise<string | undefined> {
  const end = performance.now() + READY_TIMEOUT_MS;
  for (let answer = 'nothing'; ; await pause(250)) {
    if (child.exitCode !== null) return `it ended with ${child.exitCode}`;
    if (performance.now() > end) return `it answers ${answer}`;
    try {
      const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(5_000) });
      answer = await response.text();
      if (response.ok || lacksBrokersOnly(answer)) return undefined;
    } catch (error) {
      answer = String(error);
    }
  }
}

/** Starts one app, runs its health check, and stops it. Returns one sentence for each failure. */
async function findFailures({ app, folder }: PrunedApp, environment: Variables): Promise<string[]> {
  const child = spawn(process.execPath, ['--enable-source-maps', 'main.mjs'], { cwd: folder, env: environment });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-10_000)));
  const gone = once(child, 'exit');
  const unready = await findUnready(child, environment[`${screamingName(app)}_PORT`] ?? '');
  if (unready !== undefined) {
    child.kill('SIGKILL');
    await gone;
    return [`${app}: does not start from its pruned folder: ${unready}: ${excerptOf(output)}`];
  }
  const health = await runNode(['health.js'], folder, environment);
  child.kill('SIGTERM');
  await Promise.race([gone, pause(STOP_TIMEOUT_MS, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
  await gone;
  return [
    ...(health.output.includes(`"app":"${app}"`) ? [] : [`${app}: its health check says ${excerptOf(health.output)}`]),
    ...(child.exitCode === 0 ? [] : [`${app}: ended with ${child.exitCode ?? child.signalCode} after SIGTERM`]),
  ];
}

/** Migrates with the command line's folder, then starts each app. Returns one sentence for each failure. */
export async function findStartFailures(
  all: readonly PrunedApp[],
  model: ComposeModel,
  folder: string,
): Promise<string[]> {
  const mistakes: string[] = [];
  for (const one of all) mistakes.push(...(await checkPackages(one)));
  const postgres = await startEmbeddedPostgres({ dataFolder: join(folder, 'postgres'), durable: false });
  try {
    const replaced: Variables = {
      BIND_ADDRESS: '127.0.0.1',
      POSTGRES_URL: postgres.url,
      KAFKA_BROKERS: '127.0.0.1:9',
      LIMIT_STORE: 'memory',
      SEARCH_INDEX: 'sqlite',
      SEARCH_INDEX_FILE: join(folder, 'index.db'),
      OBJECT_STORE: 'files',
      MEDIA_FOLDER: join(folder, 'media'),
    };
    // the command line first, because it migrates the databases
    for (const one of all.toSorted((one) => (one.app === COMMAND_LINE ? -1 : 1))) {
      const environment = { NODE_ENV: 'production', ...environmentOf(model, one.app), ...replaced };
      if (one.app === COMMAND_LINE) {
        const { code, output } = await runNode(['main.mjs', 'migrate'], one.folder, {
          ...environment,
          EVENT_BUS: 'in-process',
        });
        if (code !== 0)
          return [...mistakes, `${COMMAND_LINE}: does not migrate from its pruned folder: ${excerptOf(output)}`];
      } else {
        const port = { [`${screamingName(one.app)}_PORT`]: String(await freePort()) };
        mistakes.push(...(await findFailures(one, { ...environment, ...port })));
      }
    }
  } finally {
    await postgres.stop();
  }
  return mistakes;
}

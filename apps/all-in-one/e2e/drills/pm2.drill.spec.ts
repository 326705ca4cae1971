import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { appNames, screamingName } from '@mediamesh/contracts';
import {
  eventually,
  freePorts,
  readPaths,
  readServerVariables,
  startTestServer,
  type TestServerHandle,
} from '@mediamesh/testing';
import { root } from '../processes.js';

jest.setTimeout(300_000);

const run = promisify(execFile);
/** Requests a second, half of them at each gateway. */
const rate = 200;
/**
 * What a gateway refuses after so many milliseconds was not dropped: it has waited for a neighbour that a busy machine
 * keeps from answering.
 */
const patient = 2_500;
/**
 * How long a gateway drains here, in milliseconds, without what an answer and a clock take. Only a connection that was
 * idle for all of it may be cut, and who writes into one at that very moment has to ask again (RFC 9112, 9.3.1), which
 * Node leaves to its callers.
 */
const drained = 1_900;

const cutWhileIdle = 'cut while idle';

/** Asks at a steady rate over connections that stay open, and counts what came. */
class SteadyClients {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private readonly under: Promise<void>[] = [];
  /** When each connection last gave an answer. */
  private readonly answered = new WeakMap<Socket, number>();
  readonly kinds: Record<string, number> = {};
  /** What nobody should get, with when and where. */
  readonly wrong: string[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly urls: readonly string[]) {}

  start(): void {
    const started = performance.now();
    let sent = 0;
    this.timer = setInterval(() => {
      for (; sent < ((performance.now() - started) / 1_000) * rate; sent++)
        this.under.push(this.ask(this.urls[sent % this.urls.length] ?? ''));
    }, 10);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.under);
    this.agent.destroy();
  }

  private async ask(url: string): Promise<void> {
    const began = performance.now();
    const kind = await new Promise<string>((resolve) => {
      const asked = request(url, { agent: this.agent, timeout: 20_000 }, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += answer.statusCode === 200 ? '' : chunk.toString()));
        answer.once('end', () => {
          if (
            answer.statusCode === 503 &&
            Number(answer.headers['retry-after']) > 0 &&
            performance.now() - began > patient
          )
            return resolve('late');
          if (answer.statusCode !== 200 && answer.statusCode !== 401)
            this.wrong.push(`${new Date().toISOString()} ${url}: ${text}`);
          if (connection) this.answered.set(connection, performance.now());
          resolve(String(answer.statusCode));
        });
        answer.once('error', (error) => resolve(`broken off: ${error.message}`));
      });
      let connection: Socket | undefined;
      asked.once('socket', (socket) => (connection = socket));
      asked.once('timeout', () => asked.destroy(new Error('no answer')));
      asked.once('error', (error: NodeJS.ErrnoException) => {
        const idle = began - ((connection && this.answered.get(connection)) ?? began);
        if (asked.reusedSocket && error.code === 'ECONNRESET' && idle >= drained) return resolve(cutWhileIdle);
        const where = asked.reusedSocket ? `after ${Math.round(idle)} ms without a request` : 'on a new connection';
        this.wrong.push(`${new Date().toISOString()} ${url}: ${error.message}, ${where}`);
        resolve(`dropped: ${error.message}`);
      });
      asked.end();
    });
    this.kinds[kind] = (this.kinds[kind] ?? 0) + 1;
    if (kind === cutWhileIdle) await this.ask(url);
  }
}

/** Asks each once, as many at a time as there are; the longest wait, in milliseconds. */
async function slowestOf(urls: readonly string[]): Promise<number> {
  const began = performance.now();
  await Promise.all(urls.map(async (url) => (await fetch(url)).arrayBuffer()));
  return performance.now() - began;
}

describe('nine processes under PM2', () => {
  let folder: string;
  let postgres: TestServerHandle;
  let environment: Record<string, string>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mesh-pm2-'));
    postgres = await startTestServer();
    const ports = await freePorts(appNames.length);
    const own = `pm2-${randomBytes(5).toString('hex')}`;
    environment = {
      ...readPaths(),
      ...readServerVariables(),
      ...Object.fromEntries(
        appNames.flatMap((app, index) => [
          [`${screamingName(app)}_PORT`, String(ports[index])],
          [`${screamingName(app)}_URL`, `http://127.0.0.1:${ports[index]}`],
        ]),
      ),
      POSTGRES_URL: postgres.url,
      MESH_FOLDER: folder,
      MESH_SERVERS_FOLDER: join(folder, 'servers'),
      PM2_HOME: join(folder, 'pm2'),
      KAFKA_PREFIX: `${own}.`,
      KAFKA_PARTITIONS: '2',
      REDIS_PREFIX: `${own}:`,
      OPENSEARCH_INDEX: own,
      S3_BUCKET: own,
      LIMIT_READ: '100000/100000',
      LIMIT_SEARCH: '100000/100000',
    };
    await pm2('start', 'ecosystem.config.js');
  });
  afterAll(async () => {
    try {
      await pm2('delete', 'all');
      await pm2('kill');
    } finally {
      await postgres.remove();
      await rm(folder, { recursive: true, force: true });
    }
  });

  /** What the apps have warned of, for whoever looks into a failure. */
  const readWarnings = async (): Promise<string> => {
    const logs = await Promise.all(
      ['discovery-gateway', 'cms-gateway', 'discovery-service', 'auth-service'].map((app) =>
        readFile(join(folder, 'logs', `${app}.log`), 'utf8'),
      ),
    );
    return logs
      .flatMap((log) =>
        log
          .split('\n')
          .filter((line) => /"level":"(warn|error)"|stop|drain/i.test(line))
          .slice(-40),
      )
      .map((line) => `${line.slice(0, 600)}\n`)
      .join('');
  };
  const pm2 = (...args: string[]) =>
    run(process.execPath, [join(root, 'dist/tools/pm2/main.js'), ...args], {
      cwd: root,
      env: environment,
      maxBuffer: 64 * 1024 * 1024,
    });

  it(`drops none of ${rate} requests a second while everything is reloaded`, async () => {
    const { cms, discovery } = JSON.parse(await readFile(join(folder, 'mesh.json'), 'utf8')) as {
      cms: string;
      discovery: string;
    };
    const urls = [
      `${discovery}/api/v1/discovery/programs`,
      `${cms}/api/v1/auth/me`,
      `${discovery}/api/v1/discovery/categories`,
      `${cms}/docs-json`,
    ];
    // eleven processes that have just started answer nothing else at first
    await eventually(
      () => slowestOf(urls),
      (milliseconds) => milliseconds < 1_000,
      'every process has warmed up',
      { timeoutMs: 60_000 },
    );
    const clients = new SteadyClients(urls);
    clients.start();
    await delay(2_000);
    const started = performance.now();
    await pm2('reload', 'all');
    const seconds = (performance.now() - started) / 1_000;
    await delay(2_000);
    await clients.stop();
    process.stdout.write(`    reload all took ${seconds.toFixed(1)} s: ${JSON.stringify(clients.kinds)}\n`);
    if (clients.wrong.length > 0) process.stderr.write(await readWarnings());
    expect(clients.wrong).toEqual([]);
    const { '200': right = 0, '401': unknown = 0, late = 0, [cutWhileIdle]: cut = 0, ...others } = clients.kinds;
    expect(others).toEqual({});
    expect(cut).toBeLessThanOrEqual(right / 1_000);
    expect(late).toBeLessThanOrEqual(right / 100);
    expect(right).toBeGreaterThan(unknown);
    expect(right + unknown + late).toBeGreaterThan(rate * seconds * 0.9);
  });
});

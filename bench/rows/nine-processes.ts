import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { appNames, screamingName } from '@mediamesh/contracts';
import { basicEnvironment, freeEnvironment, MeshProcess, root } from '../mesh-process.js';
import { readComputing, readMemory, readShare } from '../process-figures.js';
import { type Bench, type Row, rowOf } from '../row.js';
import { useServers } from '../servers.js';

const node = join(root, 'node_modules/.bin/node');
/** The flags of PM2 and the images. */
const flags = ['--enable-source-maps', '--max-semi-space-size=8'];
/** Idle time before the first reading, in milliseconds. */
const rest = 45_000;
const watched = 10_000;

/** The nine apps in a process each, on Kafka, Redis and OpenSearch, without requests: their CPU time and memory. */
export async function measureNineProcesses(bench: Bench): Promise<Row[]> {
  const servers = await useServers('kafka', 'redis', 'opensearch');
  // provides PostgreSQL and secrets; its own apps use an in-process bus and other ports
  await using lender = bench.keep(await MeshProcess.start());
  await using nine = bench.keep(
    await NineProcesses.start({
      ...(await freeEnvironment()),
      ...(await lender.secrets()),
      ...servers,
      POSTGRES_URL: await lender.postgresUrl(),
    }),
  );
  await pause(rest);
  const computing: number[] = [];
  const largest: number[] = [];
  const together: number[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    const before = await nine.sum(readComputing);
    await pause(watched);
    computing.push((((await nine.sum(readComputing)) - before) / watched) * 100);
    largest.push(Math.max(...(await nine.each(readMemory))));
    together.push(await nine.sum(readShare));
  }
  bench.say(`resident: ${(await nine.each(readMemory)).map((memory) => memory.toFixed(0)).join(', ')} MB`);
  return [
    rowOf('nine processes on Kafka, Redis and OpenSearch, idle: of one core', '%', computing, {
      better: 'lower',
      must: 8,
      aim: 4,
    }),
    rowOf('the largest of nine processes, resident', 'MB', largest, { better: 'lower', must: 160, aim: 120 }),
    rowOf('nine processes together, shared pages counted once', 'MB', together, {
      better: 'lower',
      must: 1_331,
      aim: 1_024,
    }),
  ];
}

class NineProcesses implements AsyncDisposable {
  private constructor(private readonly children: readonly ChildProcess[]) {}

  static async start(environment: Readonly<Record<string, string>>): Promise<NineProcesses> {
    let output = '';
    const children = appNames.map((app) => {
      const child = spawn(node, [...flags, join(root, `dist/apps/${app}/src/main.js`)], {
        env: { ...basicEnvironment(), ...environment, LOG_LEVEL: 'warn' },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
      return child;
    });
    const nine = new NineProcesses(children);
    try {
      await Promise.all(
        appNames.map((app, at) =>
          awaitReady(
            `http://127.0.0.1:${environment[`${screamingName(app)}_PORT`]}/health/ready`,
            children[at]!,
            () => output,
          ),
        ),
      );
      return nine;
    } catch (error) {
      await nine[Symbol.asyncDispose]();
      throw error;
    }
  }

  each(read: (pid: number) => Promise<number>): Promise<number[]> {
    return Promise.all(this.children.map(({ pid = 0 }) => read(pid)));
  }

  async sum(read: (pid: number) => Promise<number>): Promise<number> {
    return (await this.each(read)).reduce((sum, one) => sum + one, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGTERM');
        await once(child, 'exit');
      }),
    );
  }
}

async function awaitReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`A process ended before it was ready:\n${output()}`);
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await pause(100);
  }
}

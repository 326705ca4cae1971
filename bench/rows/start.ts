import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { awaitMesh, basicEnvironment, freeEnvironment, makeFolder, root } from '../mesh-process.js';
import { readMemory } from '../process-figures.js';
import { type Bench, type Row, rowOf } from '../row.js';

const run = promisify(execFile);
/** Idle time before memory is read, in milliseconds. */
const rest = 5_000;

/** The time of `npm start` with existing data until `mesh.json` exists, and the memory of the idle process. */
export async function measureStart(bench: Bench): Promise<Row[]> {
  await using place = bench.keep(new Place(await makeFolder()));
  const environment = { ...(await freeEnvironment()), MESH_FOLDER: join(place.folder, '.mesh') };
  const seconds: number[] = [];
  const memory: number[] = [];
  for (let round = -1; round < bench.rounds; round++) {
    const { seconds: took, pid } = await place.start(root, environment, environment.MESH_FOLDER);
    await pause(rest);
    const resident = await readMemory(pid);
    await place.stop();
    if (round < 0) continue; // the first start creates the data
    seconds.push(took);
    memory.push(resident);
  }
  return [
    rowOf('nine apps in one process after start, without PostgreSQL', 'MB', memory, {
      better: 'lower',
      must: 450,
      aim: 350,
    }),
    rowOf('start, warm: npm start to mesh.json', 's', seconds, { better: 'lower', must: 10, aim: 5 }),
  ];
}

/** `npm start` in a fresh clone without packages, build or npm cache. Uncommitted changes are not included. */
export async function measureColdStart(bench: Bench): Promise<Row[]> {
  const seconds: number[] = [];
  let size = '';
  for (let round = 0; round < bench.rounds; round++) {
    await using place = bench.keep(new Place(await makeFolder()));
    const clone = join(place.folder, 'mediamesh');
    await run('git', ['clone', '--quiet', '--no-hardlinks', root, clone]);
    const cache = join(place.folder, 'npm-cache');
    await mkdir(cache);
    const { seconds: took } = await place.start(
      clone,
      { ...(await freeEnvironment()), npm_config_cache: cache },
      join(clone, '.mesh'),
    );
    seconds.push(took);
    bench.say(`round ${round + 1}: ${took.toFixed(1)} s`);
    size = (await run('du', ['-sm', join(clone, 'node_modules'), join(clone, 'dist'), cache])).stdout
      .trim()
      .split('\n')
      .map((line) => line.replace(/^(\d+)\s.*\/(.*)$/, '$2 $1 MB'))
      .join(', ');
    await place.stop();
  }
  bench.say(`installed and built: ${size}`);
  return [
    rowOf('start, cold: npm start in an empty folder to mesh.json', 's', seconds, {
      better: 'lower',
      must: 150,
      aim: 75,
    }),
  ];
}

/** A folder, and a mesh started by `npm start`. */
class Place implements AsyncDisposable {
  private child: ChildProcess | undefined;
  private closed: Promise<void> | undefined;

  constructor(readonly folder: string) {}

  async start(
    workspace: string,
    environment: Readonly<Record<string, string>>,
    meshFolder: string,
  ): Promise<{ seconds: number; pid: number }> {
    const start = performance.now();
    // its own process group, signalled as from a terminal
    const child = spawn('npm', ['start'], {
      cwd: workspace,
      env: { ...basicEnvironment(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.child = child;
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const { pid } = await awaitMesh(child, meshFolder, () => output);
    return { seconds: (performance.now() - start) / 1000, pid };
  }

  async stop(): Promise<void> {
    const child = this.child;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, 'SIGTERM');
    await once(child, 'exit');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return (this.closed ??= this.stop().then(() => rm(this.folder, { recursive: true, force: true })));
  }
}

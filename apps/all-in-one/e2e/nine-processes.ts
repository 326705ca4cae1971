import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppName, appNames, screamingName } from '@mediamesh/contracts';
import {
  eventually,
  freePorts,
  makeRunFolder,
  readRunName,
  readServerVariables,
  startTestServer,
  type TestServerHandle,
} from '@mediamesh/testing';
import type { MeshAddress, MeshHost } from './mesh-host.js';
import { ended, isRunning, spawnProgram } from './processes.js';

export interface NineProcessesOptions {
  /** How many processes of each app, or of those named; one unless given. */
  readonly instances?: number | Partial<Record<AppName, number>>;
}

interface Instance {
  readonly app: AppName;
  readonly port: number;
  child?: ChildProcess;
}

const readySoon = { timeoutMs: 120_000 };
/** What a failed test shows of the processes' words, in characters. */
const lastWords = 20_000;

/**
 * The mesh as operators run it: a process for each app (or several), on Kafka, Redis, OpenSearch and S3, with a
 * PostgreSQL, names and a bucket of its own. The servers are those that the variables of the tests name.
 */
export class NineProcesses implements MeshHost {
  output = '';

  private constructor(
    readonly folder: string,
    readonly instances: readonly Instance[],
    readonly postgres: TestServerHandle,
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async create(
    environment: Readonly<Record<string, string>>,
    { instances: wanted = 1 }: NineProcessesOptions = {},
  ): Promise<NineProcesses> {
    const folder = await makeRunFolder('mesh-nine');
    await mkdir(join(folder, '.mesh/logs'), { recursive: true });
    const apps = appNames.flatMap((app) =>
      Array<AppName>(typeof wanted === 'number' ? wanted : (wanted[app] ?? 1)).fill(app),
    );
    const ports = await freePorts(apps.length);
    const instances = apps.map((app, index): Instance => ({ app, port: ports[index] ?? 0 }));
    const postgres = await startTestServer();
    // what begins with the name of the run is removed at its end
    const own = `${readRunName() ?? 'e2e'}-${randomBytes(5).toString('hex')}`;
    await runToEnd('apps/all-in-one/src/embedded/secrets.main.js', folder, [join(folder, '.mesh')]);
    const secrets = JSON.parse(await readFile(join(folder, '.mesh/secrets'), 'utf8')) as Record<string, string>;
    const portOf = (app: AppName): number => instances.find((one) => one.app === app)?.port ?? 0;
    return new NineProcesses(folder, instances, postgres, {
      ...secrets,
      ...readServerVariables(),
      POSTGRES_URL: postgres.url,
      KAFKA_PREFIX: `${own}.`,
      KAFKA_PARTITIONS: '4',
      REDIS_PREFIX: `${own}:`,
      OPENSEARCH_INDEX: own,
      S3_BUCKET: own,
      DYNAMODB_TABLE_PREFIX: `${own}-`,
      LOG_FOLDER: join(folder, '.mesh/logs'),
      CMS_PUBLIC_URL: `http://localhost:${portOf('cms-gateway')}`,
      MEDIA_PUBLIC_URL: `http://localhost:${portOf('discovery-gateway')}/media`,
      ...Object.fromEntries(
        appNames.map((app) => [
          `${screamingName(app)}_URL`,
          instances
            .filter((one) => one.app === app)
            .map(({ port }) => `http://127.0.0.1:${port}`)
            .join(','),
        ]),
      ),
      ...environment,
    });
  }

  portOf(app: AppName): number {
    return this.of(app)[0]?.port ?? 0;
  }

  portsOf(app: AppName): readonly number[] {
    return this.of(app).map(({ port }) => port);
  }

  async start(): Promise<MeshAddress> {
    for (const instance of this.instances) this.spawn(instance);
    await Promise.all(this.instances.map((instance) => this.ready(instance)));
    const account = (who: 'ADMIN' | 'EDITOR') => ({
      email: this.environment[`${who}_EMAIL`] ?? '',
      password: this.environment[`${who}_PASSWORD`] ?? '',
    });
    const address = {
      cms: `http://localhost:${this.portOf('cms-gateway')}`,
      discovery: `http://localhost:${this.portOf('discovery-gateway')}`,
      admin: account('ADMIN'),
      editor: account('EDITOR'),
    };
    await writeFile(join(this.folder, '.mesh/mesh.json'), JSON.stringify(address), { mode: 0o600 });
    return address;
  }

  async kill(): Promise<void> {
    await this.end(this.instances, 'SIGKILL');
  }

  async stop(): Promise<number | null> {
    return this.end(this.instances, 'SIGTERM');
  }

  /** kill -9 of one app, all of its instances or only the one given. */
  async killApp(app: AppName, nth?: number): Promise<void> {
    await this.end(this.of(app, nth), 'SIGKILL');
  }

  /** SIGSTOP of one instance: it keeps its connections and answers nothing. */
  freezeApp(app: AppName, nth: number): void {
    for (const { child } of this.of(app, nth)) child?.kill('SIGSTOP');
  }

  /** SIGCONT: it goes on as if no time had passed. */
  continueApp(app: AppName, nth: number): void {
    for (const { child } of this.of(app, nth)) child?.kill('SIGCONT');
  }

  /** Starts an app's instances that do not run, and waits until they are ready. */
  async startApp(app: AppName): Promise<void> {
    const missing = this.of(app).filter(({ child }) => !child || !isRunning(child));
    for (const instance of missing) this.spawn(instance);
    await Promise.all(missing.map((instance) => this.ready(instance)));
  }

  /** The instances that ended without being told to. */
  get ended(): readonly string[] {
    return this.instances.flatMap(({ app, child }) =>
      child && !isRunning(child) ? [`${app}: ${child.exitCode ?? child.signalCode}`] : [],
    );
  }

  /** Looks into the database of a service, whatever its app promises. */
  query(service: string, sql: string, values: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    return this.postgres.query(service, sql, values);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.postgres.remove();
    await rm(this.folder, { recursive: true, force: true });
  }

  private of(app: AppName, nth?: number): readonly Instance[] {
    const all = this.instances.filter((one) => one.app === app);
    return nth === undefined ? all : all.slice(nth, nth + 1);
  }

  private spawn(instance: Instance): void {
    const { app, port } = instance;
    instance.child = spawnProgram(`apps/${app}/src/main.js`, {
      cwd: this.folder,
      environment: { ...this.environment, [`${screamingName(app)}_PORT`]: String(port) },
      onOutput: (text) => (this.output = `${this.output}${app}: ${text}`.slice(-lastWords)),
    });
  }

  private async ready({ app, port, child }: Instance): Promise<void> {
    const look = async (): Promise<unknown> => {
      if (child && !isRunning(child)) throw new Error(`${app} ended with ${child.exitCode}:\n${this.output}`);
      return fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(
        async (response) => response.ok || response.text(),
        String,
      );
    };
    await eventually(look, (answer) => answer === true, `${app} is ready`, readySoon);
  }

  private async end(instances: readonly Instance[], signal: NodeJS.Signals): Promise<number | null> {
    const children = instances.flatMap(({ child }) => (child && isRunning(child) ? [child] : []));
    for (const child of children) child.kill(signal);
    const codes = await Promise.all(children.map(ended));
    return codes.reduce<number | null>(
      (highest, code) => (code === null ? highest : Math.max(highest ?? 0, code)),
      null,
    );
  }
}

async function runToEnd(program: string, cwd: string, args: readonly string[]): Promise<void> {
  let output = '';
  const child = spawnProgram(program, { cwd, environment: {}, args, onOutput: (text) => (output += text) });
  if ((await ended(child)) !== 0) throw new Error(`${program} failed:\n${output}`);
}

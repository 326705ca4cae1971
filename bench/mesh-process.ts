import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type AppName, appNames, screamingName } from '@mediamesh/contracts';
import { startEmbeddedPostgres } from '@mediamesh/postgres/embedded';

export const root = join(import.meta.dirname, '../..');

/** The environment of a child: what it needs to find programs, its home and the registry. */
export const basicEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      /^(?:PATH|HOME|LANG|.*_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i.test(name) && value !== undefined
        ? [[name, value]]
        : [],
    ),
  );

/** Limits that no measurement reaches. */
const openLimits = {
  LIMIT_LOGIN_ACCOUNT: '100000/60',
  LIMIT_LOGIN_ADDRESS: '100000/60',
  LIMIT_WRITE: '100000/100000',
  LIMIT_READ: '100000/100000',
  LIMIT_SEARCH: '100000/100000',
};

/** A free port for each app, and limits that are never reached. */
export async function freeEnvironment(): Promise<Record<string, string>> {
  const servers = await Promise.all(
    appNames.map(async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return {
    ...openLimits,
    ...Object.fromEntries(appNames.map((name, index) => [`${screamingName(name)}_PORT`, String(ports[index])])),
  };
}

/** A temporary folder that PostgreSQL's own user may enter. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mediamesh-bench-'));
  await chmod(folder, 0o755);
  return folder;
}

export interface MeshFile {
  readonly cms: string;
  readonly discovery: string;
  readonly pid: number;
  readonly editor: { readonly email: string; readonly password: string };
}

/** Waits until the mesh is ready and `mesh.json` exists. The child may be a launcher of the process named there. */
export async function awaitMesh(
  child: ChildProcess,
  meshFolder: string,
  output: () => string,
  everyMs = 10,
): Promise<MeshFile> {
  for (;;) {
    const file = await readFile(join(meshFolder, 'mesh.json'), 'utf8').then(
      (text) => JSON.parse(text) as MeshFile,
      () => undefined,
    );
    if (file) return file;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`The mesh ended before it was ready:\n${output()}`);
    await pause(everyMs);
  }
}

/** A mesh in its own process, on free ports and with its own folder. */
export class MeshProcess implements AsyncDisposable {
  private output = '';
  private closed: Promise<void> | undefined;
  file!: MeshFile;

  private constructor(
    readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly child: ChildProcess,
  ) {}

  /** `environment` adds variables, such as the URL of a PostgreSQL. `build` is the checkout whose `dist/` runs. */
  static async start(environment: Readonly<Record<string, string>> = {}, build = root): Promise<MeshProcess> {
    const folder = await makeFolder();
    const all = { ...(await freeEnvironment()), ...environment };
    // the IPC channel lets it stop when this process dies
    const main = join(build, 'dist/apps/all-in-one/src/main.js');
    const child = spawn(join(build, 'node_modules/.bin/node'), ['--enable-source-maps', main], {
      cwd: folder,
      env: { ...basicEnvironment(), MESH_FOLDER: join(folder, '.mesh'), ...all },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const mesh = new MeshProcess(folder, all, child);
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (mesh.output += chunk.toString()));
    try {
      mesh.file = await awaitMesh(child, join(folder, '.mesh'), () => mesh.output);
    } catch (error) {
      await mesh[Symbol.asyncDispose]();
      throw error;
    }
    return mesh;
  }

  /** The URL of an app, to bypass the gateways. */
  urlOf(app: AppName): string {
    return `http://127.0.0.1:${this.environment[`${screamingName(app)}_PORT`]}`;
  }

  async secrets(): Promise<Record<string, string>> {
    return JSON.parse(await readFile(join(this.folder, '.mesh/secrets'), 'utf8')) as Record<string, string>;
  }

  /** The URL of its PostgreSQL, with an account that may create databases. */
  async postgresUrl(): Promise<string> {
    // it is already running, so this only finds it
    const { url } = await startEmbeddedPostgres({ dataFolder: join(this.folder, '.mesh/postgres') });
    return url;
  }

  /** The token with which the command line calls a service. */
  async serviceToken(audience: AppName): Promise<string> {
    const { SERVICE_SECRET_MESH: secret } = await this.secrets();
    const { accessToken } = await send<{ accessToken: string }>(
      'POST',
      `${this.urlOf('auth-service')}/internal/v1/service-tokens`,
      { body: { service: 'mesh', secret, audience } },
    );
    return accessToken;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return (this.closed ??= this.close());
  }

  private async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';

  constructor(
    request: string,
    readonly status: number,
    text: string,
  ) {
    super(`${request} answered ${status}: ${text.slice(0, 1000)}`);
  }
}

export interface RequestContent {
  /** JSON, unless it is a string, whose type is in a header. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request with a JSON answer. Throws {@link BadAnswer} unless it succeeds. */
export async function send<T>(
  method: string,
  url: string,
  { body, headers = {} }: RequestContent = {},
): Promise<T & { readonly etag?: string }> {
  const raw = typeof body === 'string';
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && !raw && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new BadAnswer(`${method} ${url}`, response.status, text);
  const etag = response.headers.get('etag');
  return { ...(text === '' ? {} : (JSON.parse(text) as object)), ...(etag !== null && { etag }) } as T & {
    readonly etag?: string;
  };
}

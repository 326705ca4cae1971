import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppName, appNames, screamingName, type UserRole } from '@mediamesh/contracts';
import { eventually, freePorts, readPaths, type TestBody } from '@mediamesh/testing';

const root = join(import.meta.dirname, '../../..');
const node = join(root, 'node_modules/.bin/node');

interface MeshFile {
  readonly cms: string;
  readonly discovery: string;
  readonly pid: number;
  readonly admin: Account;
  readonly editor: Account;
}

interface Account {
  readonly email: string;
  readonly password: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: TestBody;
}

export interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The whole mesh in a process of its own, on free ports and a folder of its own; reached through its two gateways only. */
export class RunningMesh {
  #child: ChildProcess | undefined;
  #output = '';
  #token: string | undefined;
  file!: MeshFile;

  private constructor(
    readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<RunningMesh> {
    const folder = await mkdtemp(join(tmpdir(), 'mesh-e2e-'));
    const ports = await freePorts(appNames.length);
    const mesh = new RunningMesh(folder, {
      ...Object.fromEntries(appNames.map((name, index) => [`${screamingName(name)}_PORT`, String(ports[index])])),
      LIMIT_LOGIN_ACCOUNT: '1000/60', LIMIT_LOGIN_ADDRESS: '1000/60', LIMIT_WRITE: '100000/100000', LIMIT_READ: '100000/100000', LIMIT_SEARCH: '100000/100000',
      ...environment,
    });
    await mesh.restart();
    return mesh;
  }

  /** Starts the process (again) on the same folder, and waits until it says that it is ready. */
  async restart(): Promise<void> {
    const child = this.#spawn();
    this.#child = child;
    this.#token = undefined;
    child.stdout.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.file = await eventually(() => this.#readFile(child), (file) => file !== undefined, `the mesh is up (${this.#output})`, { timeoutMs: 60_000 }) as MeshFile;
  }

  /** The port of an app, for looking behind the gateways. */
  portOf(app: AppName): number {
    return Number(this.environment[`${screamingName(app)}_PORT`]);
  }

  get output(): string {
    return this.#output;
  }

  /** kill -9: no chance to say goodbye. PostgreSQL stays behind. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended();
  }

  /** SIGTERM; answers the exit code. */
  async stop(): Promise<number | null> {
    this.#child?.kill('SIGTERM');
    return this.#ended();
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Starts one more process on the same folder and ports, which is expected to give up. */
  async tryAnother(environment: Readonly<Record<string, string>>): Promise<{ code: number | null; error: string }> {
    const child = this.#spawn(environment);
    let error = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
    await once(child, 'close');
    return { code: child.exitCode, error };
  }

  #spawn(environment: Readonly<Record<string, string>> = {}) {
    return spawn(node, ['--enable-source-maps', join(root, 'dist/apps/all-in-one/src/main.js')], {
      cwd: this.folder,
      env: { ...readPaths(), MESH_FOLDER: join(this.folder, '.mesh'), ...this.environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  editors(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    return this.#authorised(method, `${this.file.cms}/api/v1${path}`, sent);
  }

  public(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return request('GET', `${this.file.discovery}/api/v1/discovery${path}`, { headers });
  }

  search(q: string, more = ''): Promise<Answer> {
    return this.public(`/search?q=${encodeURIComponent(q)}${more}`);
  }

  /** Creates and publishes a program; answers it as it stands then. */
  async publishProgram(body: object): Promise<TestBody> {
    const created = await this.editors('POST', '/cms/programs', { body });
    return (await this.editors('POST', `/cms/programs/${created.body.id}/publish`, { headers: { 'if-match': created.headers.get('etag') ?? '' } })).body;
  }

  async token(account: Account = this.file.editor): Promise<string> {
    const { body } = await request('POST', `${this.file.cms}/api/v1/auth/login`, { body: account });
    return body.accessToken as string;
  }

  /** Makes an account, as an operator does on the machine itself. */
  async addUser(role: UserRole): Promise<Account> {
    const { SERVICE_SECRET_MESH: secret } = JSON.parse(await readFile(join(this.folder, '.mesh/secrets'), 'utf8')) as Record<string, string>;
    const auth = `http://127.0.0.1:${this.portOf('auth-service')}/internal/v1`;
    const token = await request('POST', `${auth}/service-tokens`, { body: { service: 'mesh', secret, audience: 'auth-service' } });
    const account = { email: `${randomUUID()}@example.org`, password: randomUUID() };
    const made = await request('POST', `${auth}/users`, { body: { ...account, role }, headers: { 'x-service-authorization': `Bearer ${token.body.accessToken}` } });
    if (made.status !== 201) throw new Error(`no account could be made: ${JSON.stringify(made.body)}`);
    return account;
  }

  async #authorised(method: string, url: string, sent: Sent): Promise<Answer> {
    this.#token ??= await this.token();
    return request(method, url, { ...sent, headers: { authorization: `Bearer ${this.#token}`, ...sent.headers } });
  }

  async #readFile(child: ChildProcess): Promise<MeshFile | undefined> {
    if (child.exitCode !== null) throw new Error(`the mesh ended with ${child.exitCode}:\n${this.#output}`);
    const file = await readFile(join(this.folder, '.mesh/mesh.json'), 'utf8').then((text) => JSON.parse(text) as MeshFile, () => undefined);
    return file?.pid === child.pid ? file : undefined;
  }

  async #ended(): Promise<number | null> {
    const child = this.#child;
    if (!child) return null;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  }
}

/** One request; the body is JSON unless it is text or bytes with a content type of its own. */
export async function request(method: string, url: string, { body, headers = {} }: Sent = {}): Promise<Answer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && !raw && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as TestBody };
}

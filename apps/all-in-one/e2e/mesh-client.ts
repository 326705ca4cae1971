import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppName, UserRole } from '@mediamesh/contracts';
import { askSharedProgram, eventually, type TestBody } from '@mediamesh/testing';
import type { Account, MeshAddress, MeshPlace } from './mesh-host.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: TestBody;
  /** Asked more than once: what was asked for may have been done the first time. */
  readonly isRepeated?: boolean;
}

export interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the program that runs the shared mesh says of it. */
export interface SharedMesh {
  readonly folder: string;
  readonly address: MeshAddress;
  readonly ports: Readonly<Partial<Record<AppName, number>>>;
}

const atOnce = 4;
const mostRepeats = 4;

/** A mesh as its users see it: reached through its two gateways, and from the machine it runs on. */
export class MeshClient {
  protected readonly tokens = new Map<string, Promise<string>>();

  protected constructor(
    private readonly place: MeshPlace,
    public file: MeshAddress,
  ) {}

  /**
   * The mesh that suites share which assert nothing about its start and do not stop it. What others made is there too:
   * a suite finds its own by words, slugs and categories that no other uses.
   */
  static async shared(): Promise<MeshClient> {
    const { folder, address, ports } = await askSharedProgram<SharedMesh>();
    return new MeshClient({ folder, portOf: (app) => ports[app] ?? 0 }, address);
  }

  get folder(): string {
    return this.place.folder;
  }

  /** The port of an app, for looking behind the gateways. */
  portOf(app: AppName): number {
    return this.place.portOf(app);
  }

  async editors(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    return this.as(this.file.editor, method, path, sent);
  }

  /**
   * Asks the editors' gateway as somebody. Like {@link public} it asks again where it is told to come later: see {@link
   * patiently}.
   */
  async as(account: Account, method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const headers = { authorization: `Bearer ${await this.token(account)}`, ...sent.headers };
    return patiently(() => request(method, `${this.file.cms}/api/v1${path}`, { ...sent, headers }));
  }

  public(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return patiently(() => request('GET', this.publicUrl(path), { headers }));
  }

  /** Where the public finds something, for a test that takes every answer as it comes. */
  publicUrl(path: string): string {
    return `${this.file.discovery}/api/v1/discovery${path}`;
  }

  search(q: string, more = ''): Promise<Answer> {
    return this.public(`/search?q=${encodeURIComponent(q)}${more}`);
  }

  /** What the search engine itself answers: where it is not in time titles answer instead, and say so. */
  ranked(path: string): Promise<Answer> {
    return eventually(
      () => this.public(path),
      ({ status, body }) => status !== 200 || body.degraded === false,
      `the search engine answers ${path}`,
    );
  }

  /**
   * Waits until a word finds exactly so many: the index knows them and the catalogue shows them, each in its own time.
   */
  untilFound(q: string, count: number, options: { timeoutMs?: number } = {}): Promise<Answer> {
    return eventually(
      () => this.search(q, '&limit=100'),
      ({ body }) => body.items?.length === count && body.total.value === count && !body.degraded,
      `${q} finds ${count}`,
      options,
    );
  }

  /** Creates and publishes a program; answers it as it stands then. Rejects with what refused it. */
  async publishProgram(body: object): Promise<TestBody> {
    const { id } = succeeded(await this.editors('POST', '/cms/programs', { body }), 'created').body;
    const published = await this.editors('POST', `/cms/programs/${id}/publish`, { headers: { 'if-match': '*' } });
    if (published.isRepeated && published.body.code === 'program.nothing_to_publish')
      return (await this.editors('GET', `/cms/programs/${id}`)).body;
    return succeeded(published, 'published').body;
  }

  /**
   * The same for many, few at a time: all at once they would wait for each other beyond what a gateway waits, where the
   * machine is busy.
   */
  async publishPrograms(bodies: readonly object[]): Promise<TestBody[]> {
    const published: TestBody[] = [];
    for (let first = 0; first < bodies.length; first += atOnce) {
      published.push(
        ...(await Promise.all(bodies.slice(first, first + atOnce).map((body) => this.publishProgram(body)))),
      );
    }
    return published;
  }

  /** What an account proves itself with; each logs in once from one start to the next. */
  token(account: Account = this.file.editor): Promise<string> {
    const known = this.tokens.get(account.email);
    if (known) return known;
    const token = this.logIn(account);
    token.catch(() => this.tokens.delete(account.email));
    this.tokens.set(account.email, token);
    return token;
  }

  /** Asks a service itself, as an operator does on the machine itself. */
  async asOperator(app: AppName, method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const { SERVICE_SECRET_MESH: secret } = JSON.parse(
      await readFile(join(this.folder, '.mesh/secrets'), 'utf8'),
    ) as Record<string, string>;
    const token = await patiently(() =>
      request('POST', `http://127.0.0.1:${this.portOf('auth-service')}/internal/v1/service-tokens`, {
        body: { service: 'mesh', secret, audience: app },
      }),
    );
    const headers = { 'x-service-authorization': `Bearer ${token.body.accessToken}`, ...sent.headers };
    return patiently(() =>
      request(method, `http://127.0.0.1:${this.portOf(app)}/internal/v1${path}`, { ...sent, headers }),
    );
  }

  /** Makes an account, as an operator does on the machine itself. */
  async addUser(role: UserRole): Promise<Account> {
    const account = { email: `${randomUUID()}@example.org`, password: randomUUID() };
    const made = await this.asOperator('auth-service', 'POST', '/users', { body: { ...account, role } });
    if (made.status !== 201) throw new Error(`no account could be made: ${JSON.stringify(made.body)}`);
    return account;
  }

  private async logIn(account: Account): Promise<string> {
    const { status, body } = await patiently(() =>
      request('POST', `${this.file.cms}/api/v1/auth/login`, { body: account }),
    );
    if (status !== 200) throw new Error(`${account.email} cannot log in: ${status} ${JSON.stringify(body)}`);
    return body.accessToken as string;
  }
}

/**
 * Asks again, a few times, where the answer is an honest "not now": 503 with `Retry-After`. A busy machine is no fault
 * of the mesh, and its clients do the same. It says so, because it should be rare.
 */
export async function patiently(ask: () => Promise<Answer>): Promise<Answer> {
  for (let repeats = 0; ; repeats++) {
    const answer = await ask();
    const seconds = Number(answer.headers.get('retry-after'));
    if (answer.status !== 503 || !(seconds > 0) || repeats === mostRepeats)
      return repeats > 0 ? { ...answer, isRepeated: true } : answer;
    process.stderr.write(`    told to come again in ${seconds} s: ${answer.body.instance}\n`);
    await delay(seconds * 1_000);
  }
}

function succeeded(answer: Answer, what: string): Answer {
  if (answer.status < 300) return answer;
  throw new Error(`A program was not ${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
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

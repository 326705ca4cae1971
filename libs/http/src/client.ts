import { Readable } from 'node:stream';
import {
  type Answer,
  type Api,
  type AppName,
  type Call,
  type Endpoint,
  type FieldError,
  isErrorCode,
  malformed,
  pathOf,
  readProblem,
  type ReceivedProblem,
  Refusal,
  type RefusalKind,
  refusalKinds,
  unavailable,
} from '@mediamesh/contracts';
import { currentContext, type Logger, type Metrics, traceparentOf } from '@mediamesh/observability';
import { backOff, remaining } from '@mediamesh/resilience';
import type { Dispatcher } from 'undici';
import { Connections } from './connections.js';
import { Forwarded, passedHeaders } from './forwarded.js';
import { etagOf } from './input.js';
import { type Instance, type Target, Targets } from './targets.js';

/** Proves to a service which service is calling. */
export type ServiceToken = (audience: AppName) => Promise<string>;

export interface ForwardOptions {
  /** Headers of the caller to hand on, such as `range` or `content-type`. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Bytes to send instead of a JSON body; sent once, never repeated. */
  readonly stream?: Readable;
  /** Leaves the answer's body as a stream. */
  readonly streamAnswer?: boolean;
  readonly method?: 'HEAD';
}

/** The typed methods of an API, and `forward`, which passes an answer on as it came. */
export type Client<A extends Api> = {
  readonly [K in keyof A['endpoints']]: (call: Call<A['endpoints'][K]>) => Promise<Answer<A['endpoints'][K]>>;
} & {
  forward<K extends keyof A['endpoints'] & string>(
    name: K,
    call: Call<A['endpoints'][K]>,
    options?: ForwardOptions,
  ): Promise<Forwarded>;
};

export interface ClientOptions {
  /** Work of the service itself: the person's token is not handed on. */
  readonly asService?: boolean;
  /** The longest one call may take, in milliseconds; the caller's own deadline may be nearer. */
  readonly deadlineMs?: number;
}

/** A request's own bytes, to be handed on as they come; nothing where there are none. */
export function streamOf({
  body,
  headers,
}: {
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}): ForwardOptions {
  if (!(body instanceof Readable)) return {};
  const {
    'content-type': type,
    'content-length': length,
    'content-encoding': encoding,
  } = headers as Record<string, string | undefined>;
  return { stream: body, headers: { 'content-type': type, 'content-length': length, 'content-encoding': encoding } };
}

interface Sent {
  readonly path: string;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Record<string, string>;
  readonly body: string | Readable | undefined;
  readonly streamAnswer: boolean;
}

const maximumAnswer = 32 * 1024 * 1024;
const deadlineMs = 5_000;
const retries = 2;

/**
 * Makes typed clients of our services. The order of a call: deadline, retries (only of calls that may be repeated or
 * never arrived, at most two, with jitter, within a budget), another instance where one let nothing through, breaker
 * (one an instance), then the call, whose deadline aborts the socket. A service's problem comes back as the same
 * refusal.
 */
export class Clients {
  private readonly connections = new Connections();
  private readonly targets: Targets;

  /** @param urls Where the instances of each app answer; calls take turns. */
  constructor(
    private readonly self: AppName,
    urls: Readonly<Record<AppName, readonly string[]>>,
    private readonly serviceToken: ServiceToken,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.targets = new Targets(urls, logger, metrics);
  }

  of<A extends Api>(api: A, options: ClientOptions = {}): Client<A> {
    const call = (name: string, input: Call<Endpoint>, forward?: ForwardOptions) =>
      this.call(api, name, input, options, forward);
    const methods = Object.keys(api.endpoints).map(
      (name) => [name, async (input: Call<Endpoint>) => parseAnswer(await call(name, input))] as const,
    );
    return { ...Object.fromEntries(methods), forward: call } as unknown as Client<A>;
  }

  async close(): Promise<void> {
    this.targets.close();
    await this.connections.close();
  }

  private async call(
    api: Api,
    name: string,
    input: Call<Endpoint>,
    options: ClientOptions,
    forward: ForwardOptions = {},
  ): Promise<Forwarded> {
    const endpoint = api.endpoints[name];
    if (!endpoint) throw new Error(`${api.app} has no endpoint ${name}`);
    const target = this.targets.of(api.app);
    const left = remaining(currentContext()?.deadline, options.deadlineMs ?? deadlineMs);
    if (left === 0) throw outOfTime(api);
    const start = performance.now();
    const sent: Sent = {
      path: api.base + pathOf(endpoint, input),
      method: forward.method ?? endpoint.method,
      headers: { ...(await this.headers(api.app, endpoint, input, options)), ...defined(forward.headers ?? {}) },
      body: forward.stream ?? (input.body === undefined ? undefined : JSON.stringify(input.body)),
      streamAnswer: forward.streamAnswer ?? false,
    };
    // a change that names the version it knows has made another when it comes again: it would be told that somebody
    // else was quicker
    const repeatable =
      !forward.stream &&
      !endpoint.ifMatch &&
      (endpoint.safe || endpoint.idempotent || endpoint.method !== 'POST') &&
      endpoint.method !== 'PATCH';
    try {
      const answer = await this.attempts(target, api, sent, repeatable, start + left);
      this.metrics.time('mediamesh_client_seconds', (performance.now() - start) / 1000, {
        target: api.app,
        endpoint: name,
        status: String(answer.status),
      });
      return answer;
    } catch (error) {
      const status = error instanceof Refusal ? String(error.status) : 'error';
      this.metrics.time('mediamesh_client_seconds', (performance.now() - start) / 1000, {
        target: api.app,
        endpoint: name,
        status,
      });
      throw error;
    }
  }

  private async attempts(target: Target, api: Api, sent: Sent, repeatable: boolean, until: number): Promise<Forwarded> {
    target.budget.earn();
    const tried = new Set<Instance>();
    for (let attempt = 0; ; attempt++) {
      // before the breaker: that the time is up says nothing about the service
      const left = Math.floor(until - performance.now());
      if (left <= 0) throw outOfTime(api);
      const instance = target.next(tried);
      tried.add(instance);
      // no fault of the service, so its breaker does not hear of it
      if (isStream(sent) && this.connections.isFull(instance.url)) {
        if (!(sent.body instanceof Readable) && target.hasOther(tried)) continue;
        throw unavailable('request.unavailable', {
          retryAfter: 1,
          cause: new Error(`too many files are under way to or from ${instance.url}`),
        });
      }
      const send = () => this.send(instance.url, api, sent, left);
      try {
        // an upload may take hours: as the one probe of a breaker it would hold up everybody else for as long
        return await (sent.body instanceof Readable && instance.breaker.state === 'half-open'
          ? send()
          : instance.breaker.run(send));
      } catch (error) {
        if (until - performance.now() <= 100) throw error;
        // nobody has heard of the call yet, so turning to a twin burdens nobody twice: this is no retry
        if ((wasNeverSent(error) || wasHeldBack(error)) && !(sent.body instanceof Readable) && target.hasOther(tried))
          continue;
        const may =
          (repeatable && isWorthRepeating(error)) || (wasNeverSent(error) && !(sent.body instanceof Readable));
        if (!may || attempt >= retries || !target.budget.spend()) throw error;
        await new Promise((resolve) => setTimeout(resolve, backOff(attempt + 1)));
      }
    }
  }

  private async send(url: string, api: Api, sent: Sent, left: number): Promise<Forwarded> {
    const isUpload = sent.body instanceof Readable;
    // not AbortSignal.timeout: its timer would outlive the call. An upload takes its time, and so does a streamed
    // answer once it has begun.
    const deadline = new AbortController();
    const timer = isUpload ? undefined : setTimeout(() => deadline.abort(new Error('the deadline has passed')), left);
    try {
      const request = {
        origin: url,
        path: sent.path,
        method: sent.method,
        headers: { ...sent.headers, 'x-deadline-ms': String(left) },
        body: sent.body ?? null,
        // while an upload goes on nothing is answered
        headersTimeout: isUpload ? 60_000 : left,
        bodyTimeout: 30_000,
        signal: deadline.signal,
      };
      const answer = await (isStream(sent) ? this.connections.stream(request) : this.connections.call(request));
      const headers = pick(answer.headers);
      if (!isPassedOn(answer.statusCode, sent.streamAnswer)) {
        throw refusalOf(answer.statusCode, headers, await readAll(answer.body), sent.method === 'HEAD');
      }
      return new Forwarded(
        answer.statusCode,
        headers,
        sent.streamAnswer ? answer.body : await readAll(answer.body),
        api.base,
      );
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (sent.body instanceof Readable && isBrokenOff(error)) throw malformed('request.malformed', { cause: error });
      this.logger.warn('a service could not be called', { target: api.app, error });
      throw unavailable('request.unavailable', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  private async headers(
    app: AppName,
    endpoint: Endpoint,
    input: Call<Endpoint>,
    options: ClientOptions,
  ): Promise<Record<string, string>> {
    const context = currentContext();
    // a parsed `If-Match: *` is undefined
    const tag =
      typeof input.ifMatch === 'number'
        ? etagOf(input.ifMatch)
        : (input.ifMatch ?? (endpoint.ifMatch ? '*' : undefined));
    return defined({
      accept: endpoint.bytes === 'out' || endpoint.bytes === 'both' ? '*/*' : 'application/json',
      'content-type': input.body === undefined ? undefined : 'application/json',
      'x-service-authorization': endpoint.open ? undefined : `Bearer ${await this.serviceToken(app)}`,
      authorization: options.asService ? undefined : context?.authorization,
      'accept-language': context?.acceptLanguage,
      'if-match': tag,
      'x-request-id': context?.requestId,
      'x-client-address': context?.clientAddress,
      traceparent: context && traceparentOf(context.trace),
      'user-agent': `mediamesh/${this.self}`,
    });
  }
}

const isStream = ({ body, streamAnswer }: Sent): boolean => streamAnswer || body instanceof Readable;

const outOfTime = (api: Api): Refusal =>
  unavailable('request.unavailable', { cause: new Error(`no time left to call ${api.app}`) });

/**
 * Nobody answered, or somebody did without a word on when to come again: a service that says so (`Retry-After`) is not
 * asked sooner.
 */
const isWorthRepeating = (error: unknown): boolean =>
  error instanceof Refusal && error.kind === 'unavailable' && error.options.retryAfter === undefined;

/** Nobody listened there: whatever it was, it has not happened. */
function wasNeverSent(error: unknown): boolean {
  const { code } = (error instanceof Refusal ? (error.cause ?? {}) : {}) as { code?: unknown };
  return (
    code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'EHOSTUNREACH' || code === 'ENOTFOUND'
  );
}

/** The breaker of the instance let nothing through: it is open, or waits for its probe. */
const wasHeldBack = (error: unknown): boolean =>
  error instanceof Refusal && (error.cause as { code?: unknown } | undefined)?.code === 'EOPENBREAKER';

/**
 * Whether a caller's own bytes ended too early: Node and undici say so without naming a system call, as a failing
 * socket would.
 */
function isBrokenOff(error: unknown): boolean {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  return syscall === undefined && (code === 'ECONNRESET' || code === 'UND_ERR_ABORTED');
}

/** Answers and redirects; and, of files, the range that does not exist, whose header tells the size. */
const isPassedOn = (status: number, streamed: boolean): boolean =>
  (status >= 200 && status < 300) || status === 301 || status === 302 || status === 304 || (streamed && status === 416);

const defined = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  );

function pick(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    passedHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}

async function readAll(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumAnswer) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseAnswer(answer: Forwarded): unknown {
  if (answer.status === 204 || answer.status === 304) return undefined;
  if (!answer.headers['content-type']?.startsWith('application/json'))
    throw unavailable('request.unavailable', { cause: new Error('the answer is not JSON') });
  try {
    return JSON.parse(answer.body.toString());
  } catch (cause) {
    throw unavailable('request.unavailable', { cause });
  }
}

/** A service's problem as the refusal it was; what is not one of our problems is `unavailable`. */
function refusalOf(status: number, headers: Record<string, string>, body: Buffer, bodiless: boolean): Refusal {
  const retryAfter = Number(headers['retry-after']) || undefined;
  const kind = (Object.keys(refusalKinds) as RefusalKind[]).find((one) => refusalKinds[one].status === status);
  // an answer to HEAD has its status only
  const problem = bodiless
    ? kind && { code: codeOfKind[kind], errors: [], values: undefined }
    : problemIn(headers, body);
  if (!kind || kind === 'internal' || !problem || !isErrorCode(problem.code)) {
    return unavailable('request.unavailable', {
      cause: new Error(`answered ${status}: ${body.subarray(0, 500).toString()}`),
      ...(retryAfter && { retryAfter }),
    });
  }
  const { code, errors, values } = problem;
  return new Refusal(kind, code, {
    errors: errors.flatMap(({ pointer, code: wrong, values: told }): FieldError[] =>
      isErrorCode(wrong) ? [{ pointer, code: wrong, ...(told && { values: told }) }] : [],
    ),
    ...(values && { values }),
    ...(retryAfter && { retryAfter }),
  });
}

const problemIn = (headers: Record<string, string>, body: Buffer): ReceivedProblem | undefined =>
  headers['content-type']?.startsWith('application/problem+json') ? readProblem(body.toString()) : undefined;

const codeOfKind: Partial<Record<RefusalKind, Refusal['code']>> = {
  unauthenticated: 'auth.required',
  forbidden: 'auth.not_allowed',
  notFound: 'request.not_found',
  invalid: 'request.invalid',
  rangeNotSatisfiable: 'request.range_not_satisfiable',
  unavailable: 'request.unavailable',
};

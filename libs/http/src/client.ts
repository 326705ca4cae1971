import { Readable } from 'node:stream';
import { type Answer, type Api, type AppName, type Call, type Endpoint, pathOf, Refusal } from '@mediamesh/contracts';
import { currentContext, type Logger, type Metrics, traceparentOf } from '@mediamesh/observability';
import { remaining } from '@mediamesh/resilience';
import { parseAnswer } from './answers.js';
import { Connections } from './connections.js';
import type { ServiceAnswer } from './service-answer.js';
import { etagOf } from './input.js';
import { callWithRetries, outOfTime } from './retries.js';
import type { ServiceCall, Wire } from './service-call.js';
import { Targets } from './targets.js';

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
  ): Promise<ServiceAnswer>;
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

/** The longest a call may take unless its client says otherwise, in milliseconds. */
const deadlineMs = 5_000;

/**
 * Makes typed clients of our services. A call passes, in this order: its deadline, retries (`retries.ts`), the breaker
 * of an instance, then the wire, where the deadline aborts the socket (`service-call.ts`). A service's problem comes
 * back as the same refusal.
 */
export class Clients {
  private readonly targets: Targets;
  private readonly wire: Wire;

  /** @param urls Where the instances of each app answer; calls take turns. */
  constructor(
    private readonly self: AppName,
    urls: Readonly<Record<AppName, readonly string[]>>,
    private readonly serviceToken: ServiceToken,
    logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.targets = new Targets(urls, logger, metrics);
    this.wire = { connections: new Connections(), logger };
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
    await this.wire.connections.close();
  }

  private async call(
    api: Api,
    name: string,
    input: Call<Endpoint>,
    options: ClientOptions,
    forward: ForwardOptions = {},
  ): Promise<ServiceAnswer> {
    const endpoint = api.endpoints[name];
    if (!endpoint) throw new Error(`${api.app} has no endpoint ${name}`);
    const target = this.targets.of(api.app);
    const left = remaining(currentContext()?.deadline, options.deadlineMs ?? deadlineMs);
    if (left === 0) throw outOfTime(api.app);
    const start = performance.now();
    const measure = (status: string): void =>
      this.metrics.time('mediamesh_client_seconds', (performance.now() - start) / 1000, {
        target: api.app,
        endpoint: name,
        status,
      });
    const outgoing: ServiceCall = {
      app: api.app,
      base: api.base,
      path: api.base + pathOf(endpoint, input),
      method: forward.method ?? endpoint.method,
      headers: { ...(await this.headers(api.app, endpoint, input, options)), ...defined(forward.headers ?? {}) },
      body: forward.stream ?? (input.body === undefined ? undefined : JSON.stringify(input.body)),
      streamAnswer: forward.streamAnswer ?? false,
      isRepeatable: !forward.stream && isRepeatable(endpoint),
    };
    try {
      const answer = await callWithRetries(target, outgoing, start + left, this.wire);
      measure(String(answer.status));
      return answer;
    } catch (error) {
      measure(error instanceof Refusal ? String(error.status) : 'error');
      throw error;
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

/**
 * A change that names the version it knows has made another when it comes again, and would be told that somebody else
 * was quicker.
 */
const isRepeatable = ({ method, safe, idempotent, ifMatch }: Endpoint): boolean =>
  !ifMatch && method !== 'PATCH' && (method !== 'POST' || safe === true || idempotent === true);

const defined = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  );

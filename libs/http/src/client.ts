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

/** Issues a token that identifies the calling service to `audience`. */
export type ServiceToken = (audience: AppName) => Promise<string>;

export interface ForwardOptions {
  /** Headers of the caller to forward, such as `range` or `content-type`. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Bytes to send instead of JSON. They can be sent only once, so the call is not retried. */
  readonly stream?: Readable;
  readonly streamAnswer?: boolean;
  readonly method?: 'HEAD';
}

/** One typed method per endpoint, and `forward`, which returns the answer unparsed. */
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
  /** Calls as the service itself, without the user's token. */
  readonly asService?: boolean;
  /** Timeout of a call in milliseconds. An earlier deadline of the request takes precedence. */
  readonly deadlineMs?: number;
}

/** The request's own body for forwarding; empty where there is none. */
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

/** Default timeout of a call in milliseconds. */
const deadlineMs = 5_000;

/**
 * Creates typed clients. A call has a deadline, which aborts its socket (`service-call.ts`), retries (`retries.ts`) and
 * a circuit breaker for each instance. A service's problem is thrown as the same refusal.
 */
export class Clients {
  private readonly targets: Targets;
  private readonly wire: Wire;

  /** @param urls instances of each app, used in turn */
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
    // A parsed `If-Match: *` is undefined.
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

/** A change that names a version is not retried: if the first attempt succeeded, the second would fail as stale. */
const isRepeatable = ({ method, safe, idempotent, ifMatch }: Endpoint): boolean =>
  !ifMatch && method !== 'PATCH' && (method !== 'POST' || safe === true || idempotent === true);

const defined = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  );

import { unavailable } from '@mediamesh/contracts';
import type { Client } from '@opensearch-project/opensearch';

export interface EngineOptions {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  /** NDJSON; every line ends with a line break. */
  readonly lines?: string;
  /** Timeout in milliseconds. */
  readonly patience: number;
  /** Statuses that are no error, besides 2xx. */
  readonly expect?: readonly number[];
}

/** Timeouts in milliseconds. A change of shape waits for every node that holds a copy. */
export const patience = { query: 2_000, write: 10_000, lookup: 1_500, shape: 30_000 } as const;

/** A request that OpenSearch refused. For logs only, never shown to users. */
export class EngineRefusal extends Error {
  override readonly name = 'EngineRefusal';

  constructor(
    readonly status: number,
    readonly type: string,
    cause?: Error,
  ) {
    super(`OpenSearch refused a request: ${status} ${type}`, { cause });
  }
}

/**
 * Sends requests to one OpenSearch cluster over kept-alive connections. It never retries: only the caller knows whether
 * a request may be sent twice.
 *
 * Rejects with `unavailable` when the cluster is away, overloaded, read-only, without the index or refuses our
 * credentials, so that events wait and clients retry. Rejects with {@link EngineRefusal} when the request itself is
 * wrong.
 */
export class OpenSearchEngine {
  private readonly options: EngineOptions;
  private client: Promise<Client> | undefined;
  private isClosed = false;

  constructor(options: EngineOptions) {
    this.options = options;
  }

  async send<T>({ method, path, query, body, lines, patience: requestTimeout, expect }: EngineRequest): Promise<T> {
    const content = lines === undefined ? body && { body } : { bulkBody: lines };
    if (this.isClosed) throw new Error('The connection to OpenSearch is closed');
    const client = await (this.client ??= connect(this.options));
    try {
      const answer = await client.transport.request(
        { method, path, ...(query && { querystring: { ...query } }), ...content },
        { requestTimeout, ...(expect && { ignore: [...expect] }) },
      );
      return answer.body as T;
    } catch (error) {
      throw explain(error);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await (await this.client)?.close();
  }
}

/** Imported on first use: the client takes 34 MB. */
async function connect({ url, username, password }: EngineOptions): Promise<Client> {
  const { Client } = await import('@opensearch-project/opensearch');
  return new Client({
    node: url,
    maxRetries: 0,
    // A ping before the next request to a server that was away would only delay it.
    resurrectStrategy: 'none',
    agent: { keepAlive: true, maxSockets: 64, maxFreeSockets: 16 },
    ...(username !== undefined && { auth: { username, password: password ?? '' } }),
  });
}

/** `Retry-After` in seconds: about what a node needs to restart after a crash. */
const comeBackIn = 5;

export const engineAway = (cause: unknown): Error =>
  unavailable('request.unavailable', { retryAfter: comeBackIn, cause });

/** Statuses that depend on the engine, not on the request: no access, no such index, timeout, overload, failure. */
const passing = [401, 403, 404, 408, 429, 500, 502, 503, 504];

/** Matched by name: importing the error classes would load the client. */
interface ClientError extends Error {
  readonly statusCode?: number;
  readonly body?: unknown;
}

/** An error without a status means that no response came. */
function explain(error: unknown): unknown {
  if (!(error instanceof Error) || !clientErrors.has(error.name)) return error;
  const { statusCode, body } = error as ClientError;
  // Without the client's error itself, which holds the whole request: causes are logged.
  if (statusCode === undefined)
    return engineAway(new Error(`OpenSearch does not answer: ${error.name} ${error.message}`));
  const refusal = new EngineRefusal(statusCode, readErrorType(body) ?? error.name);
  return passing.includes(statusCode) ? engineAway(refusal) : refusal;
}

const clientErrors = new Set([
  'ResponseError',
  'ConnectionError',
  'TimeoutError',
  'NoLivingConnectionsError',
  'RequestAbortedError',
  'DeserializationError',
]);

function readErrorType(body: unknown): string | undefined {
  const { error } = (typeof body === 'object' && body !== null ? body : {}) as {
    error?: { type?: string; root_cause?: { type?: string }[] } | string;
  };
  return typeof error === 'string' ? error : (error?.root_cause?.[0]?.type ?? error?.type);
}

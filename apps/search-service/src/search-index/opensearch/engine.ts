import { unavailable } from '@mediamesh/contracts';
import type { Client } from '@opensearch-project/opensearch';

/** Where a cluster is and who we are there. */
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
  /** Lines of JSON, each ended by a line break. */
  readonly lines?: string;
  /** Milliseconds until nobody waits any more. */
  readonly patience: number;
  /** Statuses that are answers too, beside those of success. */
  readonly expect?: readonly number[];
}

/** How long a request may take, in milliseconds. A change of shape waits for every node that holds a copy. */
export const patience = { query: 2_000, write: 10_000, lookup: 1_500, shape: 30_000 } as const;

/** What OpenSearch said to a request that it refused. For logs: nobody is shown it. */
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
 * Sends requests to one OpenSearch cluster over kept connections. Nothing is sent twice: whoever asked knows whether it
 * may be.
 *
 * Rejects with `unavailable` where the cluster is away, overloaded, read-only, without the index or not ours to use, so
 * that events wait and people are told to come again; with {@link EngineRefusal} where the request itself is wrong.
 */
export class OpenSearchEngine {
  private readonly options: EngineOptions;
  private client: Promise<Client> | undefined;
  private isClosed = false;

  constructor(options: EngineOptions) {
    this.options = options;
  }

  /** The body of the answer; what it looks like is the request's affair. */
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

/** The client is loaded by those who use it only: it weighs 34 MB. */
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

/** Seconds: as long as a node needs to be back after its process died. */
const comeBackIn = 5;

/** The refusal of whatever cannot be done because of the engine, and can be done later. */
export const engineAway = (cause: unknown): Error =>
  unavailable('request.unavailable', { retryAfter: comeBackIn, cause });

/** Statuses that speak of the engine's state, not of the request: not let in, no such index, too much, not now. */
const passing = [401, 403, 404, 408, 429, 500, 502, 503, 504];

/** The client's errors, by what they hold: their classes are loaded with it. */
interface ClientError extends Error {
  readonly statusCode?: number;
  readonly body?: unknown;
}

/** One that answers has a status; what has none never came to an answer. */
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

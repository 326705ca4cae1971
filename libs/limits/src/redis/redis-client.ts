import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { TlsConnector } from './tls-connector.js';

export interface RedisConfig {
  /** `redis://user:password@host:port/0`, or `rediss://` for TLS. */
  readonly url: string;
  /**
   * Whether the address is that of a node of a cluster; user and password are then those of every node, and the
   * database is 0.
   */
  readonly cluster: boolean;
  /** Stands before every key. */
  readonly prefix: string;
  /** The text of the authority's certificate, where it is not one the system knows. */
  readonly ca?: string | undefined;
}

/** What a connection tells of itself. A reason never holds a password. */
export interface RedisObserver {
  connected(): void;
  /** Nothing can be asked; the reason is not known where the server has closed the connection. */
  away(reason?: string): void;
  /** A node of a cluster cannot be asked; others may. */
  nodeAway(node: string, reason: string): void;
  nodeConnected(node: string): void;
}

/**
 * Milliseconds. Who counts has others waiting, so an answer that takes longer is none; a connection on which nothing
 * comes any more is made anew.
 */
const times = { answer: 200, connect: 2_000, silence: 2_000, farewell: 500, firstRetry: 50, longestRetry: 1_000 };

/**
 * A connection that fails at once where it cannot help: nothing is queued while the server is away, and nothing is sent
 * twice. It connects again by itself for ever. Commands of one turn of the event loop go in one write.
 */
export function openRedis(config: RedisConfig, observer: RedisObserver): Redis | Cluster {
  const { url, cluster, ca } = config;
  const options: RedisOptions = {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    connectTimeout: times.connect,
    disconnectTimeout: times.farewell,
    // A server that vanished without a word would be waited for until the system gives it up: a quarter of an hour.
    socketTimeout: times.silence,
    maxRetriesPerRequest: 0,
    retryStrategy: waitBefore,
    ...(new URL(url).protocol === 'rediss:' && { tls: ca === undefined ? {} : { ca }, Connector: TlsConnector }),
  };
  if (cluster) return openCluster(url, options, observer);
  const client = new Redis(url, { ...options, enableAutoPipelining: true });
  client.on('ready', () => observer.connected());
  client.on('error', (error: Error) => observer.away(reasonOf(error)));
  client.on('close', () => observer.away());
  return client;
}

/**
 * Commands are written one by one: of a batch in which one key has moved ioredis sends nothing again, and learns
 * nothing. One that meets a node that has gone, or a key that has moved, is tried again within the time of an answer.
 */
function openCluster(url: string, options: RedisOptions, observer: RedisObserver): Cluster {
  const { username, password } = new URL(url);
  const settings: ClusterOptions = {
    enableOfflineQueue: false,
    clusterRetryStrategy: waitBefore,
    maxRedirections: 4,
    retryDelayOnFailover: 50,
    retryDelayOnClusterDown: 50,
    retryDelayOnTryAgain: 50,
    // Certificates name hosts, and ioredis would connect to addresses.
    dnsLookup: (host, done) => done(null, host),
    // Nodes that the first one names know nothing of its address, and so neither user nor password.
    redisOptions: { ...options, username: decodeURIComponent(username), password: decodeURIComponent(password) },
  };
  const client = new Cluster([url], settings);
  client.on('+node', (node: Redis) =>
    node.on('ready', () => observer.nodeConnected(`${node.options.host}:${node.options.port}`)),
  );
  client.on('node error', (error: Error, node: string) => observer.nodeAway(node, reasonOf(error)));
  let last: Error | undefined;
  client.on('error', (error: Error) => (last = error));
  client.on('reconnecting', () => void findReason(url, options, last).then((reason) => observer.away(reason)));
  client.on('ready', () => {
    last = undefined;
    observer.connected();
  });
  return client;
}

/**
 * Why no node can be asked. A cluster knows only that its connections were closed: one more, to the first node, tells
 * of what they died.
 */
async function findReason(url: string, options: RedisOptions, error: Error | undefined): Promise<string> {
  const known = error ? reasonOf(error) : 'its nodes know of no whole cluster';
  if (known !== 'Connection is closed.') return known;
  const probe = new Redis(url, { ...options, lazyConnect: true, retryStrategy: null });
  const told = new Promise<string>((resolve) => probe.once('error', (cause: Error) => resolve(reasonOf(cause))));
  try {
    return await Promise.race([told, probe.connect().then(() => known)]);
  } catch {
    return known; // closed without a word
  } finally {
    probe.disconnect();
  }
}

/** Why not every key can be counted now; `undefined` when all can. Rejects when nobody answers. */
export async function findGap(client: Redis | Cluster): Promise<string | undefined> {
  if (client.status !== 'ready') throw new Error('it is not connected');
  if (client instanceof Redis) {
    await inTime(client.ping());
    return undefined;
  }
  const all = 16_384;
  const covered = Number((await inTime(client.cluster('INFO'))).match(/^cluster_slots_ok:(\d+)/m)?.[1] ?? 0);
  return covered < all ? `nodes of the cluster are away, and with them ${all - covered} of ${all} slots` : undefined;
}

/**
 * Waits no longer than 200 ms for an answer. One that has come is read before it counts as late: a busy process is no
 * slow server. (ioredis' own time-out gives up an answer that waits in the socket.)
 */
export async function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => setImmediate(() => late.reject(new Error(`Redis did not answer within ${times.answer} ms`))),
    times.answer,
  );
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const waitBefore = (attempt: number): number =>
  Math.min(times.longestRetry, times.firstRetry * 2 ** Math.min(attempt, 10));

/** The text of an error, without the error: ioredis hangs the command on it, and of AUTH that is the password. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { lastNodeError, code } = error as { lastNodeError?: unknown; code?: unknown };
  // A host with several addresses fails with an error that has no text.
  return lastNodeError instanceof Error ? reasonOf(lastNodeError) : error.message || String(code ?? error.name);
}

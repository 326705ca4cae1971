import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { TlsConnector } from './tls-connector.js';

export interface RedisConfig {
  /** `redis://user:password@host:port/0`, or `rediss://` for TLS. */
  readonly url: string;
  /** Whether the URL is that of a cluster node. User and password then apply to every node, and the database is 0. */
  readonly cluster: boolean;
  /** Prefix of every key. */
  readonly prefix: string;
  /** The PEM text of a certificate authority that the system does not know. */
  readonly ca?: string | undefined;
}

/** Reasons never contain a password. */
export interface RedisObserver {
  connected(): void;
  /** The server or the whole cluster is unreachable. No reason is known when the server closed the connection. */
  away(reason?: string): void;
  /** One node of a cluster is unreachable. */
  nodeAway(node: string, reason: string): void;
  nodeConnected(node: string): void;
}

/** Milliseconds. Requests wait for each count, so `answer` is short. After `silence` the client reconnects. */
const times = { answer: 200, connect: 2_000, silence: 2_000, farewell: 500, firstRetry: 50, longestRetry: 1_000 };

/**
 * A client that fails fast: no queue while the server is unreachable, and no command is sent twice. It reconnects for
 * ever. Commands of one turn of the event loop are pipelined.
 */
export function openRedis(config: RedisConfig, observer: RedisObserver): Redis | Cluster {
  const { url, cluster, ca } = config;
  const options: RedisOptions = {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    connectTimeout: times.connect,
    disconnectTimeout: times.farewell,
    // Without it, a server that vanished is noticed only by TCP's own timeout, after a quarter of an hour.
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
 * No pipelining: when one key of a pipeline has moved, ioredis neither retries it nor updates its slots. A single
 * command that meets a lost node or a moved key is retried within the timeout.
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
    // Certificates name hosts, but ioredis would connect to addresses.
    dnsLookup: (host, done) => done(null, host),
    // ioredis does not apply the URL's user and password to the other nodes.
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

/** A cluster only reports closed connections, so a connection to the first node finds the cause. */
async function findReason(url: string, options: RedisOptions, error: Error | undefined): Promise<string> {
  const known = error ? reasonOf(error) : 'its nodes know of no whole cluster';
  if (known !== 'Connection is closed.') return known;
  const probe = new Redis(url, { ...options, lazyConnect: true, retryStrategy: null });
  const told = new Promise<string>((resolve) => probe.once('error', (cause: Error) => resolve(reasonOf(cause))));
  try {
    return await Promise.race([told, probe.connect().then(() => known)]);
  } catch {
    return known; // closed without an error
  } finally {
    probe.disconnect();
  }
}

/** Why some keys cannot be counted, or `undefined`. Rejects when the server does not answer. */
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

/** Waits at most 200 ms. An answer already in the socket is read first, which ioredis' own timeout does not do. */
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

/** Only the text of an error: ioredis attaches the command to the error, and that of AUTH contains the password. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { lastNodeError, code } = error as { lastNodeError?: unknown; code?: unknown };
  // The error of a host with several addresses has no message.
  return lastNodeError instanceof Error ? reasonOf(lastNodeError) : error.message || String(code ?? error.name);
}

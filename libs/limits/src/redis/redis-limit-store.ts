import type { Logger } from '@mediamesh/observability';
import type { Resource, ResourceProblem } from '@mediamesh/resilience';
import type { Cluster, Redis } from 'ioredis';
import type { LimitPolicy } from '../limit-policy.js';
import { LimitStore, type TryResult } from '../limit-store.js';
import { findGap, inTime, openRedis, reasonOf, type RedisConfig, type RedisObserver } from './redis-client.js';
import { takeScript } from './take-script.js';

type Take = (key: string, ...policy: (string | number)[]) => Promise<[number, number, string, string]>;

/**
 * Counts in Redis, shared by all instances. Each try is one atomic script with the clock of Redis. Limit: Redis keeps
 * counts in memory, so a crash or a failover to a lagging replica loses them.
 */
export class RedisLimitStore extends LimitStore implements Resource {
  readonly name: string;
  private readonly client: Redis | Cluster;
  private readonly prefix: string;
  private readonly runScript: Take;
  /** Why Redis is unreachable, if known. */
  private reason: string | undefined;
  private closed = false;

  constructor({ config, logger }: { config: RedisConfig; logger: Logger }) {
    super();
    const { host } = new URL(config.url);
    this.name = `Redis on ${host}`;
    this.prefix = config.prefix;
    this.client = openRedis(config, this.observe(host, logger));
    this.client.defineCommand('takeLimit', { numberOfKeys: 1, lua: takeScript });
    this.runScript = (this.client as unknown as { takeLimit: Take }).takeLimit.bind(this.client);
  }

  override async take(key: string, policy: LimitPolicy): Promise<TryResult> {
    const [allowed, remaining, retryAfter, resetAfter] = await inTime(
      this.runScript(`${this.prefix}limit:${key}`, ...argumentsOf(policy)),
    );
    return { isAllowed: allowed === 1, remaining, retryAfter: Number(retryAfter), resetAfter: Number(resetAfter) };
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async check(): Promise<readonly ResourceProblem[]> {
    const remedy = 'Start Redis, or mend REDIS_URL (REDIS_CLUSTER, REDIS_TLS_CA); gateways use it again by themselves';
    try {
      const gap = await findGap(this.client);
      if (gap !== undefined)
        return [
          {
            problem: `${this.name}: ${gap}; limits on them are counted by each process for itself`,
            remedy,
            blocks: false,
          },
        ];
    } catch (error) {
      return [
        {
          problem:
            `${this.name} does not answer (${this.reason ?? reasonOf(error)}); ` +
            'limits are counted by each process for itself',
          remedy,
          blocks: false,
        },
      ];
    }
    return this.checkCounting();
  }

  /** A server that answers may still not count: its memory is full, it is a replica, or the user lacks permissions. */
  private async checkCounting(): Promise<readonly ResourceProblem[]> {
    try {
      await this.take('check', { kind: 'bucket', perSecond: 1_000, burst: 1_000 });
      return [];
    } catch (error) {
      const remedy =
        'Let it take writes (maxmemory, a main server instead of a copy), and the user of REDIS_URL run scripts ' +
        '(EVALSHA, EVAL) on keys that begin with REDIS_PREFIX';
      return [
        {
          problem: `${this.name} does not count (${reasonOf(error)}); limits are counted by each process for itself`,
          remedy,
          blocks: false,
        },
      ];
    }
  }

  override close(): Promise<void> {
    this.closed = true;
    this.client.disconnect();
    return Promise.resolve();
  }

  /** Logs each outage and its end, not each attempt. */
  private observe(host: string, logger: Logger): RedisObserver {
    const away = new Set<string>();
    return {
      connected: () => {
        this.reason = undefined;
        if (away.delete(host)) logger.info('Redis is back', { host });
      },
      away: (reason = this.reason) => {
        this.reason = reason;
        if (this.closed || away.has(host)) return;
        away.add(host);
        logger.warn('Redis is away', { host, reason });
      },
      nodeAway: (node, reason) => {
        if (this.closed || away.has(node)) return;
        away.add(node);
        logger.warn('A node of Redis is away', { host, node, reason });
      },
      nodeConnected: (node) => {
        if (away.delete(node)) logger.info('A node of Redis is back', { host, node });
      },
    };
  }
}

const argumentsOf = (policy: LimitPolicy): (string | number)[] =>
  policy.kind === 'bucket'
    ? [policy.kind, policy.perSecond, policy.burst]
    : [policy.kind, policy.quota, policy.seconds];

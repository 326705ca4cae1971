import { DynamoDb, dynamoDbOptions } from '@mediamesh/dynamodb';
import { type EventBus, InProcessEventBus, type KafkaConfig, KafkaEventBus, KafkaTopics } from '@mediamesh/events';
import {
  createLimitTable,
  DynamoDbLimitStore,
  InsuredLimitStore,
  type LimitStore,
  MemoryLimitStore,
  RedisLimitStore,
} from '@mediamesh/limits';
import type { Logger, Metrics } from '@mediamesh/observability';
import type { Resource } from '@mediamesh/resilience';
import type { MeshConfig } from './config.js';
import type { SharedConfig } from './shared-config.js';

/** Shared by all apps of a process. */
export interface Platform {
  readonly bus: EventBus;
  readonly busResources: readonly Resource[];
  readonly resources: readonly Resource[];
  readonly limits: LimitPlatform;
  readonly clock: () => number;
  /** Closes everything except the bus, which closes earlier, while services still run. */
  close(): Promise<void>;
}

export interface LimitPlatform {
  readonly resources: readonly Resource[];
  /** A store for one gateway, with its metrics. A shared store falls back to memory when it fails. */
  storeFor(logger: Logger, metrics: Metrics): LimitStore;
  close(): Promise<void>;
}

export interface PlatformOptions {
  readonly bus?: EventBus | undefined;
  readonly onFatal: (error: Error) => void;
}

/**
 * Milliseconds. A request waits for its count in DynamoDB, a login for two. After that the process counts in memory.
 */
const longestCount = 500;

export function createPlatform(config: MeshConfig, logger: Logger, { bus, onFatal }: PlatformOptions): Platform {
  const limits = createLimitPlatform(config, logger);
  const events = bus ? { bus, busResources: [] } : createBus(config, logger, onFatal);
  const resources = [...events.busResources, ...limits.resources];
  const opened = new AsyncDisposableStack();
  opened.defer(() => limits.close());
  for (const resource of resources) opened.defer(() => resource.close());
  return { ...events, limits, resources, clock: Date.now, close: () => opened.disposeAsync() };
}

function createBus(
  config: MeshConfig,
  logger: Logger,
  onFatal: (error: Error) => void,
): Pick<Platform, 'bus' | 'busResources'> {
  if (config.shared.EVENT_BUS === 'in-process') return { bus: new InProcessEventBus({ logger }), busResources: [] };
  const kafka = kafkaConfig(config.shared, [...config.apps.keys()].join(','));
  const bus = new KafkaEventBus({ config: kafka, logger, onFatal });
  return { bus, busResources: [new KafkaTopics({ config: kafka, logger, bus })] };
}

export function kafkaConfig(shared: Omit<SharedConfig, 'CURSOR_SECRETS'>, clientId: string): KafkaConfig {
  const {
    KAFKA_SASL: mechanism,
    KAFKA_USERNAME: username = '',
    KAFKA_PASSWORD: password = '',
    KAFKA_AWS_REGION: region = '',
    KAFKA_TLS_CA: ca,
  } = shared;
  const sasl =
    mechanism === 'none'
      ? undefined
      : mechanism === 'aws-iam'
        ? { mechanism, region }
        : { mechanism, username, password };
  return {
    brokers: shared.KAFKA_BROKERS ?? [],
    clientId,
    prefix: shared.KAFKA_PREFIX,
    tls: ca === undefined ? shared.KAFKA_TLS : { ca },
    ...(sasl && { sasl }),
    partitions: shared.KAFKA_PARTITIONS,
    replication: shared.KAFKA_REPLICATION ?? (shared.NODE_ENV === 'production' ? 3 : 1),
    retentionHours: shared.KAFKA_RETENTION_HOURS,
  };
}

function createLimitPlatform({ shared }: MeshConfig, logger: Logger): LimitPlatform {
  const shareIn = (store: LimitStore, resource: Resource): LimitPlatform => ({
    resources: [resource],
    storeFor: (appLogger, metrics) => new InsuredLimitStore({ store, clock: Date.now, logger: appLogger, metrics }),
    close: () => store.close(),
  });
  switch (shared.LIMIT_STORE) {
    case 'redis': {
      const { REDIS_URL: url = '', REDIS_CLUSTER: cluster, REDIS_PREFIX: prefix, REDIS_TLS_CA: ca } = shared;
      const store = new RedisLimitStore({ config: { url, cluster, prefix, ca }, logger });
      return shareIn(store, store);
    }
    case 'dynamodb': {
      const options = dynamoDbOptions(shared);
      return shareIn(
        new DynamoDbLimitStore(new DynamoDb({ ...options, requestMs: longestCount })),
        createLimitTable(new DynamoDb(options)),
      );
    }
    case 'memory':
      return { resources: [], storeFor: () => new MemoryLimitStore(Date.now), close: () => Promise.resolve() };
  }
}

/** Whether to migrate at every start. In production only if configured. */
export const isMigrating = ({ shared }: MeshConfig): boolean => shared.MIGRATE ?? shared.NODE_ENV !== 'production';

import {
  type ConsumerGroupView,
  describeConsumers,
  describeTopics,
  type KafkaConfig,
  type TopicView,
} from '@mediamesh/events';
import { silentLogger } from '@mediamesh/observability';
import { ConfigError, type Environment } from './config.js';
import { kafkaConfig } from './platform.js';
import { findLacking, Shared, sharedConditions } from './shared-config.js';

/** The shared variables that operators' commands need, without secrets of apps. */
const BusVariables = Shared.omit({ CURSOR_SECRETS: true });

/** Undefined for the in-process bus. */
function readKafka(environment: Environment): KafkaConfig | undefined {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const { data: shared, error } = BusVariables.safeParse(present);
  if (!shared) throw new ConfigError(error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  if (shared.EVENT_BUS === 'in-process') return undefined;
  const missing = findLacking(
    sharedConditions.filter(({ when }) => when === 'EVENT_BUS' || when === 'KAFKA_SASL'),
    shared,
  );
  if (missing.length > 0) throw new ConfigError(missing);
  return kafkaConfig(shared, 'mesh');
}

/** Topics on the brokers; undefined for the in-process bus. Rejects when no broker answers. @throws ConfigError */
export async function readTopics(
  environment: Environment,
): Promise<{ topics: TopicView[]; missing: string[] } | undefined> {
  const config = readKafka(environment);
  return config && describeTopics(config, silentLogger);
}

/** Undefined for the in-process bus. @throws ConfigError */
export async function readConsumers(environment: Environment): Promise<ConsumerGroupView[] | undefined> {
  const config = readKafka(environment);
  return config && describeConsumers(config, silentLogger);
}

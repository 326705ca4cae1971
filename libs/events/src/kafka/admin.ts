import type { Logger } from '@mediamesh/observability';
import type { Admin } from 'kafkajs';
import { type ClientPatience, createClient } from './client.js';
import type { KafkaConfig } from './kafka-config.js';

export const noAnswer = 'The brokers did not answer in time';

/** Runs work with an admin connection, which is closed afterwards. */
export async function withAdmin<T>(
  config: KafkaConfig,
  logger: Logger,
  work: (admin: Admin) => Promise<T>,
  patience?: ClientPatience,
): Promise<T> {
  const admin = createClient(config, logger, patience).admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** The error type of kafkajs or the broker, such as `UNKNOWN_TOPIC_OR_PARTITION`; the innermost of wrapped errors. */
export function typeOfError(error: unknown): string | undefined {
  let type: string | undefined;
  for (let reason = error; reason instanceof Error; reason = reason.cause)
    if ('type' in reason) type = String(reason.type);
  return type;
}

export function explainFailure(
  error: unknown,
  { brokers }: KafkaConfig,
): { readonly problem: string; readonly remedy: string } {
  const reason = error instanceof Error ? error.message : String(error);
  const meanwhile = 'what is published meanwhile waits in the outboxes.';
  if (namesOf(error).includes('KafkaJSSASLAuthenticationError')) {
    return {
      problem: `The brokers ${brokers.join(', ')} refuse this process (${reason})`,
      remedy: `Correct KAFKA_SASL, KAFKA_USERNAME and KAFKA_PASSWORD; ${meanwhile}`,
    };
  }
  if (/certificate/i.test(reason)) {
    return {
      problem: `The brokers ${brokers.join(', ')} cannot be trusted (${reason})`,
      remedy: `Correct KAFKA_TLS_CA, or name hosts in KAFKA_BROKERS as their certificates do; ${meanwhile}`,
    };
  }
  return {
    problem: `No broker of ${brokers.join(', ')} answers (${reason})`,
    remedy: `Start the brokers or correct KAFKA_BROKERS, KAFKA_TLS and KAFKA_SASL; ${meanwhile}`,
  };
}

function namesOf(error: unknown): string[] {
  const names: string[] = [];
  for (let reason = error; reason instanceof Error; reason = reason.cause) names.push(reason.name);
  return names;
}

export async function isReachable(config: KafkaConfig, logger: Logger): Promise<boolean> {
  try {
    await withAdmin(config, logger, (admin) => admin.describeCluster(), { connect: 2_000, request: 2_000 });
    return true;
  } catch (error) {
    logger.debug('Kafka: no broker answers', { error });
    return false;
  }
}

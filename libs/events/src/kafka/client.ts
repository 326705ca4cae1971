import type { Logger } from '@mediamesh/observability';
import kafkajs, { type Kafka, type LogEntry, type SASLOptions } from 'kafkajs';
import type { KafkaConfig, KafkaSasl } from './kafka-config.js';
import { patchRequestQueue } from './request-queue-patch.js';

/** Milliseconds after which a broker that does not answer is taken for gone. */
export interface ClientPatience {
  readonly connect: number;
  readonly request: number;
}

const usualPatience: ClientPatience = { connect: 3_000, request: 10_000 };

/** A client whose few retries are short: whoever uses it knows better when to try again. */
export function createClient(
  { brokers, clientId, tls = false, sasl }: KafkaConfig,
  logger: Logger,
  { connect, request }: ClientPatience = usualPatience,
): Kafka {
  patchRequestQueue();
  return new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: connect,
    authenticationTimeout: connect,
    requestTimeout: request,
    retry: { retries: brokers.length + 1, initialRetryTime: 50, maxRetryTime: 500 },
    ssl: typeof tls === 'object' ? { ca: [tls.ca] } : tls,
    ...(sasl && { sasl: saslOptions(sasl) }),
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => createLogWriter(logger),
  });
}

function saslOptions(sasl: KafkaSasl): SASLOptions {
  if (sasl.mechanism !== 'aws-iam') return sasl;
  const { region } = sasl;
  return {
    mechanism: 'oauthbearer',
    oauthBearerProvider: async () => {
      // brings a good part of the AWS SDK along, which nobody else should have in memory
      const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js');
      return { value: (await generateAuthToken({ region })).token };
    },
  };
}

/**
 * What kafkajs takes for an error is mostly something it then tries again, and whoever uses it says what came of it.
 * Only a reset of offsets is told nowhere else.
 */
const createLogWriter =
  (logger: Logger) =>
  ({ level, namespace, log }: LogEntry): void => {
    const fields = {
      part: namespace,
      broker: log['broker'],
      group: log['groupId'],
      topic: log['topic'],
      partition: log['partition'],
      reason: textOf(log['error']),
    };
    const write = level === kafkajs.logLevel.ERROR && namespace === 'ConsumerGroup' ? 'warn' : 'debug';
    logger[write](`Kafka: ${log.message}`, fields);
  };

const textOf = (error: unknown): string | undefined =>
  error instanceof Error ? error.message : typeof error === 'string' ? error : undefined;

import type { Logger } from '@mediamesh/observability';
import kafkajs, { type Kafka, type LogEntry, type SASLOptions } from 'kafkajs';
import type { KafkaConfig, KafkaSasl } from './kafka-config.js';
import { patchRequestQueue } from './request-queue-patch.js';

/** Timeouts in milliseconds. */
export interface ClientPatience {
  readonly connect: number;
  readonly request: number;
}

const usualPatience: ClientPatience = { connect: 3_000, request: 10_000 };

/** A client with few and short retries, because its callers retry by themselves. */
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
      // loads a large part of the AWS SDK, which other mechanisms do not need in memory
      const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js');
      return { value: (await generateAuthToken({ region })).token };
    },
  };
}

/** kafkajs logs errors that it retries, and callers log the outcome. A reset of offsets is logged only here. */
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

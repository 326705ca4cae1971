import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@mediamesh/observability';
import { type ResourceProblem, within } from '@mediamesh/resilience';
import kafkajs, { type Kafka, type Message, type Producer } from 'kafkajs';
import { type EventRecord, RecordRefused } from '../event-bus.js';
import { noAnswer, typeOfError } from './admin.js';
import { createClient } from './client.js';
import { sizeOf, writeMessage } from './cloud-event-headers.js';
import { type KafkaConfig, nameOnBroker } from './kafka-config.js';

/** Timeouts in milliseconds. After `publish` the relay retries by itself. */
const patience = { connect: 2_000, request: 5_000, publish: 9_500 };
const maximumTries = 4;
/** A broker limits the size of a partition's batch, not of an event. This fits the usual limit of 1 MB. */
const batchBytes = 900_000;
/** Errors for a record that is never accepted. */
const refusals = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']);

/** Errors for a process without write permission. They last until an operator changes the permissions. */
const prohibitions = new Set(['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']);

interface OutgoingRecord {
  readonly id: string;
  readonly topic: string;
  readonly message: Message;
  readonly bytes: number;
}

/**
 * Sends records and waits until all in-sync replicas have them. kafkajs' own retries are off: after a leader has moved
 * they skip the records for other brokers and still resolve. Any failure drops the producer, because one that ever sent
 * to a deleted topic fails for all others.
 */
export class RecordProducer {
  private producer: Promise<Producer> | undefined;
  /** By each topic of the batch, because the broker does not say which of them it means. */
  private readonly prohibited = new Map<string, ResourceProblem>();
  private isFailing = false;
  private closed = false;

  constructor(
    private readonly config: KafkaConfig,
    private readonly logger: Logger,
    private readonly client: Pick<Kafka, 'producer'> = createClient(config, logger, patience),
  ) {}

  get failing(): boolean {
    return this.isFailing;
  }

  /** Topics for which a write was forbidden. Each is listed until a write to it succeeds. */
  get problems(): readonly ResourceProblem[] {
    return [...new Set(this.prohibited.values())];
  }

  /** See {@link EventBus.publish}. Rejects within ten seconds when the brokers are unreachable. */
  async publish(records: readonly EventRecord[]): Promise<void> {
    const deadline = performance.now() + patience.publish;
    for (const batch of splitBatches(records.map((record) => this.write(record)))) await this.send(batch, deadline);
  }

  async close(): Promise<void> {
    this.closed = true;
    const producer = this.producer;
    this.producer = undefined;
    if (producer) await this.discard(producer);
  }

  private write({ topic, envelope }: EventRecord): OutgoingRecord {
    const message = writeMessage(envelope);
    return { id: envelope.id, topic: nameOnBroker(this.config, topic), message, bytes: sizeOf(message) };
  }

  private async send(batch: readonly OutgoingRecord[], deadline: number): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      if (this.closed) throw new Error('The bus is closed');
      const producer = (this.producer ??= this.connect());
      try {
        const sending = producer.then((connected) =>
          connected.sendBatch({ acks: -1, timeout: patience.request, topicMessages: groupByTopic(batch) }),
        );
        await within(deadline - performance.now(), sending, noAnswer);
        this.isFailing = false;
        for (const { topic } of batch) this.prohibited.delete(topic);
        return;
      } catch (error) {
        this.isFailing = !isRefusal(error);
        if (isRefusal(error)) return this.refuse(batch, error, deadline);
        if (prohibitions.has(typeOfError(error) ?? '')) this.noteProhibition(batch, error);
        if (this.producer === producer) this.producer = undefined;
        void this.discard(producer);
        const wait = 50 * 3 ** tries;
        if (tries === maximumTries || performance.now() + wait > deadline) throw error;
        await delay(wait);
      }
    }
  }

  /** Retried for ever, because events must not be lost. The problem makes it visible to operators. */
  private noteProhibition(batch: readonly OutgoingRecord[], error: unknown): void {
    const topics = [...new Set(batch.map(({ topic }) => topic))];
    const problem = {
      problem: `This process may not write to ${topics.join(' or ')} (${reasonOf(error)})`,
      remedy:
        'Let the user of KAFKA_USERNAME, or the role of the machine, write to the topic: ' +
        'kafka-acls.sh --add --producer; what is published meanwhile waits in the outboxes.',
      blocks: true,
    };
    for (const topic of topics) this.prohibited.set(topic, problem);
  }

  /** The broker refused a partition's batch. Halving finds the record; one by one would exceed the deadline. */
  private async refuse(batch: readonly OutgoingRecord[], error: unknown, deadline: number): Promise<void> {
    const [record] = batch;
    if (batch.length === 1 && record)
      throw new RecordRefused(record.id, `The broker refuses the event: ${reasonOf(error)}`, { cause: error });
    const middle = Math.ceil(batch.length / 2);
    for (const half of [batch.slice(0, middle), batch.slice(middle)]) await this.send(half, deadline);
  }

  private async connect(): Promise<Producer> {
    const producer = this.client.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      retry: { retries: 0 },
    });
    await producer.connect();
    return producer;
  }

  private async discard(producer: Promise<Producer>): Promise<void> {
    try {
      await within(
        patience.request,
        producer.then((connected) => connected.disconnect()),
      );
    } catch (error) {
      this.logger.debug('A producer could not be closed in order', { error });
    }
  }
}

/** Batches small enough for a broker, in order. An event that is larger than a batch is sent alone. */
function splitBatches(all: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const batches: OutgoingRecord[][] = [];
  let room = 0;
  for (const record of all) {
    if (record.bytes > room) {
      batches.push([]);
      room = batchBytes;
    }
    batches.at(-1)?.push(record);
    room -= record.bytes;
  }
  return batches;
}

function groupByTopic(batch: readonly OutgoingRecord[]): { topic: string; messages: Message[] }[] {
  return [...Map.groupBy(batch, ({ topic }) => topic)].map(([topic, records]) => ({
    topic,
    messages: records.map(({ message }) => message),
  }));
}

const isRefusal = (error: unknown): boolean => refusals.has(typeOfError(error) ?? '');

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

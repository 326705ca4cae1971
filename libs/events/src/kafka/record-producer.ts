import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@mediamesh/observability';
import { type ResourceProblem, within } from '@mediamesh/resilience';
import kafkajs, { type Kafka, type Message, type Producer } from 'kafkajs';
import { type EventRecord, RecordRefused } from '../event-bus.js';
import { noAnswer, typeOfError } from './admin.js';
import { createClient } from './client.js';
import { sizeOf, writeMessage } from './cloud-event-headers.js';
import { type KafkaConfig, nameOnBroker } from './kafka-config.js';

/** Milliseconds. A relay that waits longer than `patience` would rather ask again. */
const patience = { connect: 2_000, request: 5_000, publish: 9_500 };
const maximumTries = 4;
/** A broker measures the batch of a partition, not the event: what is sent at once fits the usual limit of 1 MB. */
const batchBytes = 900_000;
/** What brokers say of a record that will never fit. */
const refusals = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']);

/** What brokers say of a process that may not write, until somebody changes its rights. */
const prohibitions = new Set(['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']);

interface OutgoingRecord {
  readonly id: string;
  readonly topic: string;
  readonly message: Message;
  readonly bytes: number;
}

/**
 * Sends records and waits until all in-sync replicas have them. kafkajs' own retries are off: after a leader has moved
 * they leave out what another broker should get and still resolve. A producer that failed is thrown away, because one
 * that ever sent to a topic that is gone fails for all others.
 */
export class RecordProducer {
  private producer: Promise<Producer> | undefined;
  /** By the topics of the batch, for the broker does not say which of them it means. */
  private readonly prohibited = new Map<string, ResourceProblem>();
  private isFailing = false;
  private closed = false;

  constructor(
    private readonly config: KafkaConfig,
    private readonly logger: Logger,
    private readonly client: Pick<Kafka, 'producer'> = createClient(config, logger, patience),
  ) {}

  /** Whether the last attempt failed because of the brokers. */
  get failing(): boolean {
    return this.isFailing;
  }

  /** Topics that this process may not write to, as far as it tried; each until something is taken there again. */
  get problems(): readonly ResourceProblem[] {
    return [...new Set(this.prohibited.values())];
  }

  /** See {@link EventBus.publish}; rejects within ten seconds when the brokers cannot be reached. */
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

  /** It is tried again for ever, for the events must not be lost; but somebody has to know. */
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

  /**
   * The broker refused the batch of a partition: halves of halves find the record. One by one would take longer than
   * there is time.
   */
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

/** Pieces of a call that a broker takes at once, in order; an event that is larger goes alone. */
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

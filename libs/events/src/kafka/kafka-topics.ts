import * as contracts from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';
import type { Resource, ResourceProblem } from '@mediamesh/resilience';
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import { explainFailure, withAdmin } from './admin.js';
import { type KafkaConfig, nameOnBroker } from './kafka-config.js';
import { within } from './within.js';

/** Every topic that the contracts name. */
export const allTopics: readonly contracts.Topic[] = [...new Set(contracts.eventsIn(contracts).map(({ topic }) => topic))].sort();

/** Copies that must have an event before it is acknowledged, where there are three or more: with two, no one death loses it. */
const copiesBeforeAcknowledgement = 2;
/** Twice what a batch of the producer, and four times what the largest event (512 kB) takes. */
const maximumMessageBytes = 2_097_152;
const answerWithin = 1_900;
const quick = { connect: 800, request: 1_500 };

/** The topics of the mesh on the brokers. Of one that is there nothing is changed: more partitions would move keys. */
export class KafkaTopics implements Resource {
  readonly name: string;
  readonly #names: readonly string[];

  constructor(private readonly options: { config: KafkaConfig; logger: Logger; topics?: readonly contracts.Topic[] }) {
    const { config, topics = allTopics } = options;
    this.name = `topics ${config.prefix}* on ${config.brokers.join(',')}`;
    this.#names = topics.map((topic) => nameOnBroker(config, topic));
  }

  async prepare(): Promise<void> {
    const { config, logger } = this.options;
    await withAdmin(config, logger, async (admin) => {
      const present = new Set(await admin.listTopics());
      const missing = this.#names.filter((name) => !present.has(name));
      if (missing.length === 0) return;
      await admin.createTopics({ topics: missing.map((name) => describeTopic(name, config)), waitForLeaders: true, timeout: 10_000 });
      logger.info('Made topics', { topics: missing });
    });
  }

  async check(): Promise<readonly ResourceProblem[]> {
    const { config, logger } = this.options;
    try {
      return await within(answerWithin, withAdmin(config, logger, (admin) => this.#findProblems(admin), quick));
    } catch (error) {
      logger.debug('The brokers could not be asked about topics', { error });
      return [{ ...explainFailure(error, config), blocks: false }];
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #findProblems(admin: Admin): Promise<ResourceProblem[]> {
    const { partitions, replication } = this.options.config;
    const present = new Set(await admin.listTopics());
    const problems: ResourceProblem[] = this.#names
      .filter((name) => !present.has(name))
      .map((name) => ({ problem: `The topic ${name} is missing`, remedy: 'Make the topics: npm run mesh -- migrate', blocks: true }));
    const found = this.#names.filter((name) => present.has(name));
    if (found.length === 0) return problems;
    const { topics } = await admin.fetchTopicMetadata({ topics: found });
    for (const topic of topics) {
      const copies = Math.min(...topic.partitions.map(({ replicas }) => replicas.length));
      if (topic.partitions.length < partitions) problems.push({ problem: `The topic ${topic.name} has ${topic.partitions.length} of ${partitions} partitions`, remedy: 'Add partitions with kafka-topics.sh --alter while nothing is published (keys move), or lower KAFKA_PARTITIONS.', blocks: false });
      if (copies < replication) problems.push({ problem: `The topic ${topic.name} has ${copies} of ${replication} copies`, remedy: 'Add copies with kafka-reassign-partitions.sh, or lower KAFKA_REPLICATION.', blocks: false });
    }
    const inSync = new Map(topics.map(({ name, partitions: all }) => [name, Math.min(...all.map(({ isr }) => isr.length))]));
    for (const settings of await readSettings(admin, found)) problems.push(...findWrong(settings, replication, inSync.get(settings.topic)));
    return problems;
  }
}

interface TopicSettings {
  readonly topic: string;
  /** The largest message. */
  readonly bytes: number;
  /** Copies that must have an event before it is acknowledged. */
  readonly copies: number;
}

async function readSettings(admin: Admin, names: readonly string[]): Promise<TopicSettings[]> {
  const configNames = ['max.message.bytes', 'min.insync.replicas'];
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames })) });
  return resources.map(({ resourceName, configEntries }) => {
    const valueOf = (name: string, otherwise: number) => Number(configEntries.find(({ configName }) => configName === name)?.configValue ?? otherwise);
    return { topic: resourceName, bytes: valueOf('max.message.bytes', maximumMessageBytes), copies: valueOf('min.insync.replicas', copiesBeforeAcknowledgement) };
  });
}

function findWrong({ topic, bytes, copies }: TopicSettings, replication: number, inSync = copies): ResourceProblem[] {
  return [
    ...(bytes < maximumMessageBytes / 2 - 1 ? [{ problem: `The topic ${topic} takes no event above ${bytes} bytes`, remedy: `Set its max.message.bytes to ${maximumMessageBytes} with kafka-configs.sh --alter.`, blocks: false }] : []),
    ...(replication >= 3 && copies < copiesBeforeAcknowledgement
      ? [{ problem: `The topic ${topic} acknowledges an event of which there is one copy`, remedy: `Set its min.insync.replicas to ${copiesBeforeAcknowledgement} with kafka-configs.sh --alter, or events may be lost with a broker.`, blocks: false }]
      : []),
    ...(inSync < copies
      ? [{ problem: `The topic ${topic} takes no events: of a partition ${inSync} copies are up to date, and ${copies} must be`, remedy: 'Start the brokers that are away; what is published meanwhile waits in the outboxes.', blocks: false }]
      : []),
  ];
}

const describeTopic = (topic: string, { partitions, replication, retentionHours }: KafkaConfig): ITopicConfig => ({
  topic,
  numPartitions: partitions,
  replicationFactor: replication,
  configEntries: [
    { name: 'retention.ms', value: String(retentionHours * 3_600_000) },
    { name: 'max.message.bytes', value: String(maximumMessageBytes) },
    // a message that another tool compressed with a codec kafkajs does not have would stop every consumer: the broker unpacks it
    { name: 'compression.type', value: 'uncompressed' },
    ...(replication >= 3 ? [{ name: 'min.insync.replicas', value: String(copiesBeforeAcknowledgement) }] : []),
  ],
});

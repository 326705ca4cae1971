import * as contracts from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';
import { lookRarely, type Resource, type ResourceProblem, within } from '@mediamesh/resilience';
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import { explainFailure, noAnswer, withAdmin } from './admin.js';
import { type KafkaConfig, nameOnBroker } from './kafka-config.js';
import { waitForNewTopics } from './new-topics.js';

export const allTopics: readonly contracts.Topic[] = [
  ...new Set(contracts.eventsIn(contracts).map(({ topic }) => topic)),
].sort();

/** For three or more copies: an acknowledged event then survives the loss of any one broker. */
const copiesBeforeAcknowledgement = 2;
/** Over twice the producer's batch (900 kB) and four times the largest event (512 kB). */
const maximumMessageBytes = 2_097_152;
/** Codecs that kafkajs does not support. */
const unreadable = new Set(['zstd', 'snappy', 'lz4']);
const hour = 3_600_000;
const millisecondsOf = (hours: number): number => hours * hour;
/** Milliseconds. Each check opens connections, and readiness is polled every few seconds. */
const remembered = 15_000;
const answerWithin = 1_900;
const quick = { connect: 800, request: 1_500 };

export interface KafkaTopicsOptions {
  readonly config: KafkaConfig;
  readonly logger: Logger;
  readonly topics?: readonly contracts.Topic[];
  /** The bus of this process: only a publisher learns whether it may write to a topic. */
  readonly bus?: { readonly problems: readonly ResourceProblem[] };
}

/** The topics of the mesh on the brokers. Existing topics are not changed: more partitions would move keys. */
export class KafkaTopics implements Resource {
  readonly name: string;
  private readonly names: readonly string[];
  private readonly look = lookRarely(remembered, () => this.askBrokers());

  constructor(private readonly options: KafkaTopicsOptions) {
    const { config, topics = allTopics } = options;
    this.name = `topics ${config.prefix}* on ${config.brokers.join(',')}`;
    this.names = topics.map((topic) => nameOnBroker(config, topic));
  }

  async prepare(): Promise<void> {
    const { config, logger } = this.options;
    await withAdmin(config, logger, async (admin) => {
      const present = new Set(await admin.listTopics());
      const missing = this.names.filter((name) => !present.has(name));
      if (missing.length === 0) return;
      await admin.createTopics({
        topics: missing.map((name) => describeTopic(name, config)),
        waitForLeaders: false,
        timeout: 10_000,
      });
      await waitForNewTopics(admin, missing);
      logger.info('Made topics', { topics: missing });
    });
  }

  async check(): Promise<readonly ResourceProblem[]> {
    return [...(await this.look()), ...(this.options.bus?.problems ?? [])];
  }

  private async askBrokers(): Promise<readonly ResourceProblem[]> {
    const { config, logger } = this.options;
    try {
      return await within(
        answerWithin,
        withAdmin(config, logger, (admin) => this.findProblems(admin), quick),
        noAnswer,
      );
    } catch (error) {
      logger.debug('The brokers could not be asked about topics', { error });
      return [{ ...explainFailure(error, config), blocks: false }];
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async findProblems(admin: Admin): Promise<ResourceProblem[]> {
    const { config } = this.options;
    const { partitions, replication } = config;
    const present = new Set(await admin.listTopics());
    const problems: ResourceProblem[] = this.names
      .filter((name) => !present.has(name))
      .map((name) => ({
        problem: `The topic ${name} is missing`,
        remedy: 'Make the topics: npm run mesh -- migrate',
        blocks: true,
      }));
    const found = this.names.filter((name) => present.has(name));
    if (found.length === 0) return problems;
    const { topics } = await admin.fetchTopicMetadata({ topics: found });
    for (const topic of topics) {
      const copies = Math.min(...topic.partitions.map(({ replicas }) => replicas.length));
      if (topic.partitions.length < partitions)
        problems.push({
          problem: `The topic ${topic.name} has ${topic.partitions.length} of ${partitions} partitions`,
          remedy:
            'Add partitions with kafka-topics.sh --alter while nothing is published (keys move), ' +
            'or lower KAFKA_PARTITIONS.',
          blocks: false,
        });
      if (copies < replication)
        problems.push({
          problem: `The topic ${topic.name} has ${copies} of ${replication} copies`,
          remedy: 'Add copies with kafka-reassign-partitions.sh, or lower KAFKA_REPLICATION.',
          blocks: false,
        });
    }
    const inSync = new Map(
      topics.map(({ name, partitions: all }) => [name, Math.min(...all.map(({ isr }) => isr.length))]),
    );
    for (const settings of await readSettings(admin, found))
      problems.push(...findWrong(settings, config, inSync.get(settings.topic)));
    return problems;
  }
}

interface TopicSettings {
  readonly topic: string;
  readonly bytes: number;
  readonly copies: number;
  readonly cleanup: string;
  readonly compression: string;
  /** Milliseconds; -1 is for ever. */
  readonly retention: number;
}

async function readSettings(admin: Admin, names: readonly string[]): Promise<TopicSettings[]> {
  const configNames = [
    'max.message.bytes',
    'min.insync.replicas',
    'cleanup.policy',
    'compression.type',
    'retention.ms',
  ];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames })),
  });
  return resources.map(({ resourceName, configEntries }) => {
    // a setting that a broker does not report is assumed to be right
    const valueOf = (name: string, otherwise: number | string) =>
      configEntries.find(({ configName }) => configName === name)?.configValue ?? String(otherwise);
    return {
      topic: resourceName,
      bytes: Number(valueOf('max.message.bytes', maximumMessageBytes)),
      copies: Number(valueOf('min.insync.replicas', copiesBeforeAcknowledgement)),
      cleanup: valueOf('cleanup.policy', 'delete'),
      compression: valueOf('compression.type', 'uncompressed'),
      retention: Number(valueOf('retention.ms', 0)),
    };
  });
}

function findWrong(
  { topic, bytes, copies, cleanup, compression, retention }: TopicSettings,
  { replication, retentionHours }: KafkaConfig,
  inSync = copies,
): ResourceProblem[] {
  const problems: Omit<ResourceProblem, 'blocks'>[] = [];
  const find = (problem: string, remedy: string): void =>
    void problems.push({ problem: `The topic ${topic} ${problem}`, remedy });
  const set = (name: string, value: number | string): string =>
    `Set its ${name} to ${value} with kafka-configs.sh --alter`;
  if (bytes < maximumMessageBytes / 2 - 1)
    find(`takes no event above ${bytes} bytes`, `${set('max.message.bytes', maximumMessageBytes)}.`);
  if (replication >= 3 && copies < copiesBeforeAcknowledgement)
    find(
      'acknowledges an event of which there is one copy',
      `${set('min.insync.replicas', copiesBeforeAcknowledgement)}, or events may be lost with a broker.`,
    );
  if (inSync < copies)
    find(
      `takes no events: of a partition ${inSync} copies are up to date, and ${copies} must be`,
      'Start the brokers that are away; what is published meanwhile waits in the outboxes.',
    );
  if (cleanup.includes('compact'))
    find(
      'forgets all events of a key but the last (it is compacted)',
      `${set('cleanup.policy', 'delete')}, or a consumer that is behind misses events.`,
    );
  if (unreadable.has(compression))
    find(
      `is compressed with ${compression}, which consumers cannot read`,
      `${set('compression.type', 'uncompressed')}; what is on it already stops them until it is deleted.`,
    );
  if (retention === -1 || retention > millisecondsOf(retentionHours))
    find(
      `keeps events ${retention === -1 ? 'for ever' : `for ${Math.ceil(retention / hour)} h`}, ` +
        'longer than consumers remember what they did',
      `${set('retention.ms', millisecondsOf(retentionHours))}, or raise KAFKA_RETENTION_HOURS: ` +
        'what is read again from the beginning would have its effect again.',
    );
  return problems.map((problem) => ({ ...problem, blocks: false }));
}

const describeTopic = (topic: string, { partitions, replication, retentionHours }: KafkaConfig): ITopicConfig => ({
  topic,
  numPartitions: partitions,
  replicationFactor: replication,
  configEntries: [
    { name: 'retention.ms', value: String(millisecondsOf(retentionHours)) },
    { name: 'max.message.bytes', value: String(maximumMessageBytes) },
    // makes the broker decompress messages: one in a codec that kafkajs does not support would stop every consumer
    { name: 'compression.type', value: 'uncompressed' },
    ...(replication >= 3 ? [{ name: 'min.insync.replicas', value: String(copiesBeforeAcknowledgement) }] : []),
  ],
});

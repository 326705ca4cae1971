import type { Logger } from '@mediamesh/observability';
import { withAdmin } from './admin.js';
import { type KafkaConfig, nameOnBroker } from './kafka-config.js';
import { allTopics } from './kafka-topics.js';

/** A topic as the brokers see it. The name is without the prefix. */
export interface TopicView {
  readonly topic: string;
  readonly partitions: number;
  /** The fewest copies of any partition, and the fewest of them in sync. */
  readonly copies: number;
  readonly copiesInSync: number;
  readonly events: number;
}

/** For operators: the topics of this mesh, and those that are missing. Rejects when no broker answers. */
export const describeTopics = (
  config: KafkaConfig,
  logger: Logger,
): Promise<{ topics: TopicView[]; missing: string[] }> =>
  withAdmin(config, logger, async (admin) => {
    const present = new Set(await admin.listTopics());
    const found = allTopics.filter((topic) => present.has(nameOnBroker(config, topic)));
    const described =
      found.length === 0
        ? []
        : (await admin.fetchTopicMetadata({ topics: found.map((topic) => nameOnBroker(config, topic)) })).topics;
    const topics: TopicView[] = [];
    for (const topic of found) {
      const partitions = described.find(({ name }) => name === nameOnBroker(config, topic))?.partitions ?? [];
      const offsets = await admin.fetchTopicOffsets(nameOnBroker(config, topic));
      topics.push({
        topic,
        partitions: partitions.length,
        copies: Math.min(...partitions.map(({ replicas }) => replicas.length)),
        copiesInSync: Math.min(...partitions.map(({ isr }) => isr.length)),
        events: offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0),
      });
    }
    return { topics, missing: allTopics.filter((topic) => !found.includes(topic)) };
  });

import type { Envelope, Topic } from '@mediamesh/contracts';
import { KafkaEventBus } from '@mediamesh/events';
import { silentLogger } from '@mediamesh/observability';

/** Publishes events on the topics of a mesh as a relay would, including outdated, duplicate or invalid ones. */
export async function publishOnKafka(
  { brokers, prefix }: { brokers: string; prefix: string },
  records: readonly { topic: Topic; envelope: Envelope }[],
): Promise<void> {
  const bus = new KafkaEventBus({
    config: { brokers: brokers.split(','), clientId: 'test', prefix, partitions: 1, replication: 1, retentionHours: 1 },
    logger: silentLogger,
    onFatal: (error) => {
      throw error;
    },
  });
  await bus.start();
  try {
    await bus.publish(records);
  } finally {
    await bus.close();
  }
}

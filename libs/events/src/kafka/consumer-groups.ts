import type { Logger } from '@mediamesh/observability';
import kafkajs, { type Admin, type MemberDescription } from 'kafkajs';
import { withAdmin } from './admin.js';
import type { KafkaConfig } from './kafka-config.js';

export interface PartitionProgress {
  readonly topic: string;
  readonly partition: number;
  /** The committed offset; `null` before the first commit. */
  readonly position: number | null;
  /** The offset that the next event will get. */
  readonly end: number;
  /** How many events the group has not committed yet. */
  readonly lag: number;
}

export interface ConsumerGroupMember {
  readonly id: string;
  readonly clientId: string;
  readonly host: string;
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[];
}

/** A consumer group as the brokers see it. Names are without the prefix. */
export interface ConsumerGroupView {
  readonly group: string;
  /** `Stable`, `PreparingRebalance`, `CompletingRebalance`, `Empty` or `Dead`. */
  readonly state: string;
  readonly members: readonly ConsumerGroupMember[];
  readonly partitions: readonly PartitionProgress[];
}

/** For operators: every group of this mesh, with its members and its progress. Rejects when no broker answers. */
export const describeConsumers = (config: KafkaConfig, logger: Logger): Promise<ConsumerGroupView[]> =>
  withAdmin(config, logger, async (admin) => {
    const { groups } = await admin.listGroups();
    const ids = groups
      .filter(({ groupId, protocolType }) => groupId.startsWith(config.prefix) && protocolType === 'consumer')
      .map(({ groupId }) => groupId);
    if (ids.length === 0) return [];
    const described = (await admin.describeGroups(ids)).groups.sort((a, b) => a.groupId.localeCompare(b.groupId));
    const bare = (name: string) => name.slice(config.prefix.length);
    const views: ConsumerGroupView[] = [];
    for (const { groupId, state, members } of described) {
      const seen = members.map((member) => describeMember(member, bare));
      const topics = seen.flatMap(({ partitions }) => partitions.map(({ topic }) => `${config.prefix}${topic}`));
      const progress = await readProgress(admin, groupId, topics);
      views.push({
        group: bare(groupId),
        state,
        members: seen,
        partitions: progress.map((each) => ({ ...each, topic: bare(each.topic) })),
      });
    }
    return views;
  });

/** The progress in the given topics and in all with committed offsets. Names are those on the broker. */
export async function readProgress(
  admin: Admin,
  groupId: string,
  topics: readonly string[],
): Promise<PartitionProgress[]> {
  const reported = await admin.fetchOffsets({ groupId });
  const progress: PartitionProgress[] = [];
  for (const topic of [...new Set([...reported.map((each) => each.topic), ...topics])].sort()) {
    const positions = new Map(
      reported
        .find((each) => each.topic === topic)
        ?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
    );
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      const known = positions.get(partition) ?? -1;
      const end = Number(high);
      progress.push({
        topic,
        partition,
        position: known < 0 ? null : known,
        end,
        lag: end - Math.max(known, Number(low)),
      });
    }
  }
  return progress.sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
}

function describeMember(
  { memberId, clientId, clientHost, memberAssignment }: MemberDescription,
  bare: (name: string) => string,
): ConsumerGroupMember {
  const { assignment = {} } =
    memberAssignment.length > 0 ? (kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment) ?? {}) : {};
  return {
    id: memberId,
    clientId,
    host: clientHost,
    partitions: Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic: bare(topic), partition })),
    ),
  };
}

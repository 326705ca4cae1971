import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { typeOfError } from './admin.js';

/** Milliseconds. */
const longestWait = 10_000;
const pause = 100;
/**
 * What a broker says of a topic that it has not heard of yet, and of one whose partitions have not chosen their
 * leaders.
 */
const notYet = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/**
 * Waits until topics that have just been made can be written to; rejects when that takes longer than ten seconds.
 * kafkajs would wait as well, but gives up at once on a broker that has not heard of a topic yet: in KRaft mode the
 * controller says that it is made, and brokers learn of it after.
 */
export async function waitForNewTopics(
  admin: Pick<Admin, 'fetchTopicMetadata'>,
  names: readonly string[],
  clock: () => number = () => performance.now(),
): Promise<void> {
  const end = clock() + longestWait;
  for (;;) {
    try {
      await admin.fetchTopicMetadata({ topics: [...names] });
      return;
    } catch (error) {
      if (!notYet.has(typeOfError(error) ?? '') || clock() >= end) throw error;
    }
    await delay(pause);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { typeOfError } from './admin.js';

/** Milliseconds. */
const longestWait = 10_000;
const pause = 100;
/** Errors for a topic that a broker does not know yet, and for one whose partitions have no leaders yet. */
const notYet = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/**
 * Waits until new topics can be written to. Rejects after ten seconds. kafkajs' own wait fails when a broker does not
 * know a topic yet: in KRaft mode the controller confirms the creation before the brokers learn of it.
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

import { describe, expect, it } from '@jest/globals';
import type { Admin } from 'kafkajs';
import { waitForNewTopics } from './new-topics.js';

const saying = (type: string): Error => Object.assign(new Error(type), { type });

describe('topics that have just been made', () => {
  const names = ['content.events', 'media.events'];
  /** Brokers that answer so in turn, the last for ever; each look takes six seconds. */
  const arrange = (...answers: readonly (Error | 'led')[]) => {
    const state = { now: 0, asked: [] as unknown[] };
    const admin: Pick<Admin, 'fetchTopicMetadata'> = {
      fetchTopicMetadata: (asked) => {
        const answer = answers[Math.min(state.asked.push(asked), answers.length) - 1];
        state.now += 6_000;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ topics: [] });
      },
    };
    return { state, wait: () => waitForNewTopics(admin, names, () => state.now) };
  };

  it('are waited for while a broker has not heard of them, or their partitions have no leader', async () => {
    for (const type of ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']) {
      const { state, wait } = arrange(saying(type), 'led');
      await wait();
      expect(state.asked).toEqual([{ topics: names }, { topics: names }]);
    }
  });

  it('are waited for no longer than ten seconds', async () => {
    const { state, wait } = arrange(new Error('Retries are used up', { cause: saying('LEADER_NOT_AVAILABLE') }));
    await expect(wait()).rejects.toThrow('Retries are used up');
    expect(state.asked).toHaveLength(2);
  });

  it('are not waited for when something else is wrong', async () => {
    const { state, wait } = arrange(saying('TOPIC_AUTHORIZATION_FAILED'), 'led');
    await expect(wait()).rejects.toThrow('TOPIC_AUTHORIZATION_FAILED');
    expect(state.asked).toHaveLength(1);
  });
});

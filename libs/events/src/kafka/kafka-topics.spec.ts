import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { KafkaTopics } from './kafka-topics.js';

describe('the topics of a mesh', () => {
  it('are told with what keeps the bus of the process from publishing', async () => {
    const config = {
      brokers: ['127.0.0.1:1'],
      clientId: 'test',
      prefix: '',
      partitions: 1,
      replication: 1,
      retentionHours: 1,
    };
    const problem = { problem: 'This process may not write to content.events', remedy: '', blocks: true };
    const topics = new KafkaTopics({ config, logger: silentLogger, bus: { problems: [problem] } });
    expect(await topics.check()).toEqual([
      expect.objectContaining({ problem: expect.stringContaining('No broker') }),
      problem,
    ]);
  });
});

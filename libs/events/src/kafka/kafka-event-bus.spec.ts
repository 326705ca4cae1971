import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { happened } from '../fixtures/bus-bench.js';
import { daysBeyond } from './kafka-config.js';
import { KafkaEventBus } from './kafka-event-bus.js';

describe('an inbox of what a broker brings', () => {
  it('remembers longer than the broker keeps events, which may be a segment longer than it was told', () => {
    for (const hours of [1, 168, 24 * 90]) expect(daysBeyond(hours) * 24).toBeGreaterThan(hours + 7 * 24);
  });
});

describe('a bus over brokers that are not there', () => {
  it('does not pretend that nothing waits for a group it is not in', async () => {
    const config = {
      brokers: ['127.0.0.1:1'],
      clientId: 'test',
      prefix: '',
      partitions: 1,
      replication: 1,
      retentionHours: 1,
    };
    const bus = new KafkaEventBus({ config, logger: silentLogger, onFatal: () => undefined });
    bus.subscribe({
      group: 'app.group',
      events: [happened],
      broadcast: false,
      database: undefined,
      deliver: () => Promise.resolve({ done: true }),
    });
    await expect(bus.countWaiting('app.group')).rejects.toThrow('no member of app.group');
    expect(bus.connected).toBe(false);
    await bus.close();
  });
});

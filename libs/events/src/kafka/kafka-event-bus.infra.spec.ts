import { describeWithServer } from '@mediamesh/testing';
import { describeEventBus } from '../event-bus.contract.js';
import { createKafkaWorld } from '../fixtures/kafka-world.js';

describeWithServer('kafka', 'The promise of the bus, kept over Kafka', (brokers = '') => {
  describeEventBus('KafkaEventBus', () => createKafkaWorld(brokers));
});

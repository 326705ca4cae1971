export { BusTransport, type BusTransportOptions } from './bus-transport.js';
export type { ConsumedEvent, Consumer, Effects, HandleEvent } from './consumer.js';
export { Consumes, type ConsumesExtras, type ConsumesOptions, Ctx, listConsumers, Payload } from './consumes.js';
export { DeadLetters } from './dead-letters/dead-letters.js';
export { createSubscription } from './delivery.js';
export {
  EventBus,
  RecordRefused,
  type EventRecord,
  type MessageOrigin,
  type Outcome,
  type Subscription,
  type Tries,
} from './event-bus.js';
export { EventContext } from './event-context.js';
export { InProcessEventBus } from './in-process/in-process-event-bus.js';
export {
  type ConsumerGroupMember,
  type ConsumerGroupView,
  describeConsumers,
  type PartitionProgress,
} from './kafka/consumer-groups.js';
export type { KafkaConfig, KafkaSasl, KafkaTiming } from './kafka/kafka-config.js';
export { KafkaEventBus } from './kafka/kafka-event-bus.js';
export { KafkaTopics } from './kafka/kafka-topics.js';
export { describeTopics, type TopicView } from './kafka/topic-views.js';

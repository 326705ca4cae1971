export { BusTransport, type BusTransportOptions } from './bus-transport.js';
export type { ConsumedEvent, Consumer, Effects, HandleEvent } from './consumer.js';
export { Consumes, type ConsumesOptions } from './consumes.js';
export { DeadLetters, type Consumers } from './dead-letters.js';
export { createSubscription } from './delivery.js';
export { EventBus, RecordRefused, type EventRecord, type Outcome, type Subscription, type Tries } from './event-bus.js';
export { EventContext } from './event-context.js';
export { InProcessEventBus } from './in-process/in-process-event-bus.js';

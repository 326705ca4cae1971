export { Outbox } from './outbox.js';
export { OutboxRecords } from './outbox-records.js';
export { startRelay, type Relay } from './relay.js';

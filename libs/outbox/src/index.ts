export { Outbox } from './outbox.js';
export { startRelay, type Relay, type RelayOptions } from './relay.js';

// libs/events/src/proof.ts
// @nx/enforce-module-boundaries: Circular dependency between "events" and "outbox" | A project tagged with "name:events" can only
import '@mediamesh/outbox';

// libs/outbox/src/proof.ts
// @nx/enforce-module-boundaries: Circular dependency between "outbox" and "http" | A project tagged with "name:outbox" can only
import '@mediamesh/http';

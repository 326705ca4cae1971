// libs/postgres/src/proof.ts
// @nx/enforce-module-boundaries: Circular dependency between "postgres" and "events" | A project tagged with "name:postgres" can only
import '@mediamesh/events';

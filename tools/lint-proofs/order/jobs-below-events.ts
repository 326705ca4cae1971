// libs/jobs/src/proof.ts
// @nx/enforce-module-boundaries: Circular dependency between "jobs" and "events" | A project tagged with "name:jobs" can only
import '@mediamesh/events';

// libs/events/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:events" can only depend on
import '@mediamesh/testing';

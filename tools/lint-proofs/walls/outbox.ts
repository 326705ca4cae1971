// libs/outbox/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:outbox" can only depend on
import '@mediamesh/testing';

// libs/jobs/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:jobs" can only depend on
import '@mediamesh/testing';

// libs/resilience/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:resilience" can only depend on
import '@mediamesh/testing';

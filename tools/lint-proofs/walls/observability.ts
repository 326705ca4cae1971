// libs/observability/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:observability" can only depend on
import '@mediamesh/testing';

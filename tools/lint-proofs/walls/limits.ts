// libs/limits/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:limits" can only depend on
import '@mediamesh/testing';

// libs/postgres/embedded/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:postgres-embedded" can only depend on
import '@mediamesh/testing';
